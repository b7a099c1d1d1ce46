"""Business cases: what an improvement would cost and be worth if its assumptions hold. Never a claimed cause."""
