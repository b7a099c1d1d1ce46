"""Figures by mail: a weekly one for the huddle, a monthly one for the leadership team, to each their own."""
