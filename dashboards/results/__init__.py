"""What everybody, and what the company's own staff, may read of how customers fare and what was done about it."""
