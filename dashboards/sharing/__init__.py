"""Figures for people outside the company: links to a part of the leadership page, and tiles for other pages."""
