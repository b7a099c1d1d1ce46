"""Where staff see otherwise than customers: mirror surveys beside customers' answers, and what was expected."""
