"""The editor of procedures and of controlled forms."""
