"""A single customer: found, seen over the years, and asked what is not known of them."""
