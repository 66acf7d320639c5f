"""Screens of inspection rounds in the admin."""
