"""What the public may see of how units list: aggregates, their history by month, and how to check them."""
