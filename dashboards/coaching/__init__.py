"""The coaching log: talks of two people, seen by the two and by who leads customer experience."""
