"""Findings that are too dear for a page: looked for by workers, kept, and read in one query."""
