"""What outside material is read from and written to."""
