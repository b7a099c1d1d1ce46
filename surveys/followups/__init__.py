"""Closing the loop with one customer: opening, doing, telling and counting follow-ups."""
