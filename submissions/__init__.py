"""What state: collection rounds, submissions and the record of every edit. Knows no money."""
