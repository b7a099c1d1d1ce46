"""What is asked, in which words, and its published versions."""
