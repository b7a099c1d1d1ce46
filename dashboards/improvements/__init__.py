"""The outer loop: what was found becomes an improvement, with an owner, a team, a day and a tested effect."""
