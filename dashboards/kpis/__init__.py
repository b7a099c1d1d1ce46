"""Figures of other systems beside the scores."""
