"""Definitions and formulas of every number shown: pure functions of counts, no Django and no I/O."""
