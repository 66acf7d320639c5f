"""What units must list, what they list, and how."""
