"""How the company is led towards its customers: the plan, how it is assessed, who is rewarded and trained for it."""
