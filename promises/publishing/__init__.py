"""Where a promise is told, and the company's public promise page."""
