"""The cache only ever helps: when Valkey is away, everything behaves as a miss."""

from typing import Any

import redis
import structlog
from django.core.cache.backends.redis import RedisCache

log = structlog.get_logger(__name__)


def _fail_open(name: str, otherwise: Any) -> Any:
    def call(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
        try:
            return getattr(RedisCache, name)(self, *args, **kwargs)
        except (redis.ConnectionError, redis.TimeoutError) as error:
            log.warning("cache away", call=name, error=type(error).__name__)
            if otherwise is DEFAULT:
                return kwargs.get("default", args[1] if len(args) > 1 else None)
            return otherwise

    return call


DEFAULT = object()


class FailOpenRedisCache(RedisCache):
    """Django's Redis cache that reads as empty and writes nowhere while the server is away."""

    add = _fail_open("add", True)
    get = _fail_open("get", DEFAULT)
    set = _fail_open("set", None)
    touch = _fail_open("touch", False)
    delete = _fail_open("delete", False)
    get_many = _fail_open("get_many", {})
    set_many = _fail_open("set_many", [])
    delete_many = _fail_open("delete_many", None)
    has_key = _fail_open("has_key", False)
    incr = _fail_open("incr", 1)
    clear = _fail_open("clear", False)

    def count(self, key: str, *, seconds: int, by: int = 1) -> int:
        """`by` more of `key` within its `seconds`, in one trip; 0 while the server is away."""
        name = self.make_and_validate_key(key)
        try:
            with self._cache.get_client(name, write=True).pipeline(transaction=False) as trip:
                trip.incr(name, by)
                trip.expire(name, seconds, nx=True)
                return int(trip.execute()[0])
        except (redis.ConnectionError, redis.TimeoutError) as error:
            log.warning("cache away", call="count", error=type(error).__name__)
            return 0
