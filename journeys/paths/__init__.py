"""The real journey: from events to passages, and from passages to the counts that pages read."""
