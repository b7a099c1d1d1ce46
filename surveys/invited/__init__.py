"""Customers invited to more than answering: to improve what they complained of, and to recommend what they liked."""
