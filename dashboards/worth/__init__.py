"""What customers paid and whether they stayed, by what they answered: a difference, never a cause."""
