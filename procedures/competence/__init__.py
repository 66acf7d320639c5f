"""Who is competent for what."""
