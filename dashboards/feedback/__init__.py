"""What customers say: the stream of their own words, what is new in it, and what is quoted in meetings."""
