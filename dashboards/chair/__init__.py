"""The customer's chair: one real journey in its customer's own words, told only where the customer said yes."""
