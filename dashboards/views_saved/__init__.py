"""Views of the leadership page kept by name: one's own, everybody's, and the one that opens at sign-in."""
