"""Figures that leave the page: spreadsheets, slides, text tables."""
