"""The tables as the migrations make them, ready-made: an empty database takes them in one step.

What all migrations of a new installation and of every test database spend is spent on models rendered between two of
them. `tables.sql.gz` is what they lead to, with the names of those it stands for (`python tools/make_tables.py`); what
was written since is migrated as anywhere else. A test compares it with the migrations taken one by one.
"""

import gzip
from pathlib import Path

from django.db import connection, transaction

TABLES = Path(__file__).with_name("tables.sql.gz")


def take() -> bool:
    """Make the tables where there are none at all; whether they were made. As their owner."""
    with transaction.atomic(), connection.cursor() as cursor:
        # Two who migrate the same empty database at once: the second waits, and finds the tables made.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('cxplatform.ready_made', 0))")
        cursor.execute("SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace)")
        if cursor.fetchone()[0]:
            return False
        cursor.execute(gzip.decompress(TABLES.read_bytes()).decode())
    return True
