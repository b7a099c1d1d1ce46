"""The promise board and the page of one promise."""
