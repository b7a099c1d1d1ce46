"""Where customers come from, and what each channel costs."""
