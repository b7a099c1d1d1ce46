"""Who is asked, who answers, and who is silent."""
