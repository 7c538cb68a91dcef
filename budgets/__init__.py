"""How much: classifications, budget lines with their five figures, measures and variances."""
