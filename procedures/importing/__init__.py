"""Taking over the official catalogue."""
