"""Requests per minute and key; without Valkey nobody is held up."""

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.throttling import BaseThrottle


class KeyThrottle(BaseThrottle):
    """A fixed window of one minute per key; the outcome goes into the RateLimit headers of every answer."""

    def allow_request(self, request: Any, view: Any) -> bool:
        key = getattr(request.auth, "pk", None)
        if key is None:
            return True
        limit = settings.API_REQUESTS_PER_MINUTE
        window, self.left = divmod(time.time(), 60)
        name = f"limit:{key}:{int(window)}"
        used = cache.count(name, seconds=120)
        request._request.rate_limit = (limit, max(0, limit - used), int(60 - self.left))
        return used <= limit

    def wait(self) -> float:
        return 60 - self.left


def headers(request: Any) -> dict[str, str]:
    """The RateLimit headers of an answer; none where no key was known."""
    found = getattr(request, "rate_limit", None)
    if found is None:
        return {}
    limit, left, seconds = found
    return {"RateLimit-Limit": str(limit), "RateLimit-Remaining": str(left), "RateLimit-Reset": str(seconds)}
