"""What to attend to: what the overall score goes with, and the few themes people choose from a ranked proposal."""
