"""What is coming: forecasts with their past error, early warnings, and what the score says of sales to come."""
