"""What public pages of procedures show: frozen dataclasses, built in one place per page. Templates only choose and loop."""
