"""Tables emptied between transactional tests, at a hundredth of what Django's own way costs here.

Django truncates every table after such a test: 64 tables are some four hundred files made anew, and each time
longer, as the server of the tests has no autovacuum to tidy its catalogue up. Nearly all of them are empty.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql

# The same in every database, made by migrate; Django would make them again after each truncation.
_KEPT = ("django_migrations", "django_content_type", "auth_permission")
_TRUNCATED_FROM = 2**20  # bytes; rows that are deleted or rolled back go on taking up room
_FILLED = """
    SELECT relname, pg_relation_size(oid) >= %s FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL (%s) AND pg_relation_size(oid) > 0
"""


def emptying(superuser_url: str) -> Callable[..., None]:
    """What empties the tables of Django's test database, as a role that policies and foreign keys do not stop."""
    from django.db import connection

    superuser = psycopg2.connect(superuser_url, dbname=connection.settings_dict["NAME"])
    superuser.autocommit = True
    with superuser.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no trigger fires, so the order is of no matter

    def empty(test_case: Any = None) -> None:
        with superuser.cursor() as cursor:
            cursor.execute(_FILLED, [_TRUNCATED_FROM, list(_KEPT)])
            for table, large in cursor.fetchall():
                how = "TRUNCATE {} CASCADE" if large else "DELETE FROM {}"
                cursor.execute(sql.SQL(how).format(sql.Identifier("public", table)))

    return empty


def superuser_of(url: str) -> str:
    """The address of our own server's superuser, whom it trusts as it does everybody who finds its socket."""
    parts = urlsplit(url)
    return parts._replace(netloc=f"postgres@{parts.netloc.rpartition('@')[2]}").geturl()
