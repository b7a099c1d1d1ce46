"""What history says of a promise before it is made."""
