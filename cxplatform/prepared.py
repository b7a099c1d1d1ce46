"""Statements planned once per connection: a statement of many parts can cost more to plan than to run."""

import re
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import connection


class Prepared:
    """A statement with `%(name)s` parameters of these SQL types, prepared on each connection that runs it.

    Where connections are pooled by transaction (CX_DATABASE_POOLED) it is sent whole each time, since the next
    transaction may be on a connection that never saw it.
    """

    def __init__(self, name: str, statement: str, types: Mapping[str, str]) -> None:
        self.name, self.statement, self.types = name, statement, types
        places = {parameter: f"${place}" for place, parameter in enumerate(types, 1)}
        body = re.sub(r"%\((\w+)\)s", lambda found: places[found[1]], statement)
        self._prepare = f"PREPARE {name} ({', '.join(types.values())}) AS {body}"
        self._execute = f"EXECUTE {name} ({', '.join('%s' for _ in types)})"
        self._seen: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()

    def run(self, cursor: Any, parameters: Mapping[str, Any]) -> None:
        """Run it on Django's cursor; results are fetched as after `execute`."""
        if settings.DATABASE_POOLED:
            cursor.execute(self.statement, parameters)
            return
        if connection.connection not in self._seen:
            cursor.execute(self._prepare)  # outlives a rollback, so it is not done twice
            self._seen[connection.connection] = True
        cursor.execute(self._execute, [parameters[name] for name in self.types])
