"""Do the outside addresses that official texts lead to still open? Asked in the background, a few at a time."""
