"""Checks: what was forgotten fails `manage.py check`."""
