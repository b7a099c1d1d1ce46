"""Events told to other systems over HTTP, signed as Standard Webhooks (https://www.standardwebhooks.com).

What happened is written into the transaction that made it happen; a worker posts it after commit, and again with
growing pauses for a day where the endpoint does not take it. Endpoints wait for themselves alone.
"""
