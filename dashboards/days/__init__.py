"""What the leadership page said on each day."""
