"""A journey as a file: whole as JSON, a row a step as CSV; out, and in again."""
