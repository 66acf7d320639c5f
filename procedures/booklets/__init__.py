"""Booklets (sổ tay niêm yết): all that a unit lists, on paper. Made in the background when what it shows has changed."""
