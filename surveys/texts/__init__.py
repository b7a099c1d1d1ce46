"""What customers write: masked, told what it is about and how it feels, and counted."""
