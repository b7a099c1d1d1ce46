"""The page the leadership team opens first, and what it opens into."""
