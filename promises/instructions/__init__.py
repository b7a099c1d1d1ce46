"""What staff are asked to do so that a promise is kept."""
