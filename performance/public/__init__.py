"""What everybody may read without signing in: published returns, found, shown, compared, taken away."""
