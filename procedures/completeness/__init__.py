"""Who must list what, what is listed, what is lacking, and what it costs."""
