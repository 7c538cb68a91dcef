"""Who: regions, the tree of finance bureau, departments and units; people and their roles."""
