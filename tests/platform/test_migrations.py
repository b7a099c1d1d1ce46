"""Whoever took some of the old migrations, or takes all one by one, arrives where a new installation begins."""

import gzip
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from cxplatform.tenancy.context import activate
from journeys.models import Channel
from surveys.models import SurveyLink
from tests.conftest import become

# `pg_dump --inserts` of an installation as it was once, with a company.
HALF_WAY = Path(__file__).with_name("half_way.sql.gz")
CATALOGUE = """
    SELECT 'table', relname::text, pg_get_userbyid(relowner), relrowsecurity, relforcerowsecurity, reloptions::text
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')
    UNION ALL
    SELECT 'column', attrelid::regclass || '.' || attname, format_type(atttypid, atttypmod), attnotnull,
        attidentity <> '', concat_ws(' ', place, attcollation::regcollation, attgenerated, pg_get_expr(adbin, adrelid))
    FROM (SELECT *, rank() OVER (PARTITION BY attrelid ORDER BY attnum) AS place FROM pg_attribute
        WHERE attnum > 0 AND NOT attisdropped) a
    JOIN pg_class c ON c.oid = attrelid AND relkind = 'r' AND relnamespace = 'public'::regnamespace
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    UNION ALL
    SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid), convalidated, false, NULL
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'index', indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisvalid, indisunique, NULL
    FROM pg_index WHERE indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
    UNION ALL
    SELECT 'policy', polrelid::regclass || '.' || polname, concat_ws(' ', polcmd, polroles::regrole[]), polpermissive,
        false, concat_ws(' ', pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
    FROM pg_policy
"""


@pytest.mark.django_db(transaction=True)
def test_however_one_came_there_the_tables_are_those_of_a_new_installation():
    """Who took some of the old migrations and who took all from the first arrive at the same tables, where the old
    ones end; what leads on from there leads both to the ready-made tables. Where not: `python tools/make_tables.py`."""
    ready_made, taken = catalogue(), applied()
    with database_of_its_own("from_the_first"):
        there, taken_there = take_the_old()
    with database_of_its_own("half_way") as owner:
        owner.execute(gzip.decompress(HALF_WAY.read_bytes()).decode())
        owner.execute("SET search_path TO public")  # the dump empties it
        assert take_the_old() == (there, taken_there)

        call_command("migrate", verbosity=0, interactive=False)
        assert catalogue() == ready_made
        assert applied() == taken
        assert what_was_brought_along() == ("email", True)

        owner.execute("DELETE FROM django_migrations WHERE name LIKE '%\\_squashed\\_%'")  # as who took them all
        executor = MigrationExecutor(connection)
        assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    assert len(ready_made) > len(there) > 1_000


def take_the_old() -> tuple[set[tuple], set[tuple[str, str]]]:
    """Take what the squashed migrations stand for, and all of the apps that have none of those: the tables then, and
    the migrations taken."""
    become(os.environ["DATABASE_OWNER_URL"])
    executor = MigrationExecutor(connection)
    replacements = executor.loader.replacements
    ends = {app: (app, name) for app, name in executor.loader.graph.leaf_nodes()}
    for key, migration in replacements.items():
        ends[migration.app_label] = key if key in executor.loader.graph.nodes else migration.replaces[-1]
    executor.migrate(list(ends.values()))
    try:
        return catalogue(), applied()
    finally:
        become(os.environ["DATABASE_URL"])


def applied() -> set[tuple[str, str]]:
    return set(MigrationRecorder(connection).applied_migrations())


def catalogue() -> set[tuple]:
    """All there is in the database: tables, columns in their order, constraints, indexes, policies."""
    with connection.cursor() as cursor:
        cursor.execute(CATALOGUE)
        return set(cursor.fetchall())


@contextmanager
def database_of_its_own(name: str) -> Iterator[Any]:
    """An empty database, which Django's connection is to until the end; a cursor of its owner."""
    become(os.environ["DATABASE_OWNER_URL"])
    place = connection.get_connection_params()
    become(os.environ["DATABASE_URL"])
    with closing(psycopg2.connect(**place)) as server, server.cursor() as tests:
        server.autocommit = True
        tests.execute(f"CREATE DATABASE {name}")
        connection.settings_dict["NAME"] = name
        try:
            with closing(psycopg2.connect(**place | {"dbname": name})) as own, own.cursor() as owner:
                own.autocommit = True
                yield owner
        finally:
            connection.settings_dict["NAME"] = place["dbname"]
            connection.close()
            tests.execute(f"DROP DATABASE {name}")


def what_was_brought_along() -> tuple[str, bool]:
    """How messages go by the company's channel, and whether its link has a short code."""
    link = SurveyLink.objects.get()
    with activate(link.tenant_id):
        return Channel.objects.get().message_by, bool(link.short)
