"""What the customer base is made of."""
