"""E-mail replies: from the address a message says to reply to, to the follow-up it is about."""
