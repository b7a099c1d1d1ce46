"""Small experiments: two to four variants of a touchpoint, a customer drawn to one of them, and an honest verdict."""
