"""Meetings over the leadership page: figures that stand still, an agenda, decisions with an owner and a day."""
