"""Requests per minute and key; without Valkey nobody is held up."""

import threading
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.throttling import BaseThrottle

_LEASES = 1_000


class Leases:
    """Requests this process may still let through, by key: taken from the common count some at a time.

    A trip to Valkey for every request costs as much as a small request's own work. What one process took and did
    not use is lost to the others until the minute is over: at most a thousandth of the limit.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.left: dict[int, tuple[int, int, int]] = {}

    def one_more(self, key: int, limit: int, window: int) -> int:
        """The requests of this window including this one, as far as this process knows."""
        with self.lock:
            leased_in, used, leased = self.left.get(key, (window, 0, 0))
            if leased_in == window and used < leased:
                self.left[key] = (window, used + 1, leased)
                return used + 1
        size = max(1, limit // _LEASES)
        total = cache.count(f"limit:{key}:{window}", seconds=120, by=size)
        if not total:
            return 0
        with self.lock:
            self.left[key] = (window, total - size + 1, total)
        return total - size + 1


_leases = Leases()


class KeyThrottle(BaseThrottle):
    """A fixed window of one minute per key; the outcome goes into the RateLimit headers of every answer."""

    def allow_request(self, request: Any, view: Any) -> bool:
        key = getattr(request.auth, "pk", None)
        if key is None:
            return True
        limit = settings.API_REQUESTS_PER_MINUTE
        window, self.left = divmod(time.time(), 60)
        used = _leases.one_more(key, limit, int(window))
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
