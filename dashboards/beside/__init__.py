"""Sales and other weekly figures beside the scores of the same weeks."""
