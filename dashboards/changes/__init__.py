"""What has changed: findings of workers, each with its figures and its place, and changes that the company made."""
