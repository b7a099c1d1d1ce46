"""How the company stands: its index, the relationship beside single encounters, customers beside staff and money."""
