"""Django's PostgreSQL backend, which asks less often whether a kept connection still lives."""

import select
import time
from typing import Any

from django.db.backends.postgresql import base
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

_SURE_FOR = 5.0


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that was alive a moment ago is only looked at: a server that goes away says so.

    Django asks with a query at the start of every request, which is a sixth of a small request's trips.
    """

    _alive_at = 0.0

    def is_usable(self) -> bool:
        now = time.monotonic()
        idle = self.connection.info.transaction_status == TRANSACTION_STATUS_IDLE
        if not idle or now - self._alive_at > _SURE_FOR or _has_something_to_say(self.connection):
            if not super().is_usable():
                return False
            self._alive_at = now
        return True


def _has_something_to_say(connection: Any) -> bool:
    """Whether the server sent something unasked: its last words, or the end of the connection."""
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(poll.poll(0))
