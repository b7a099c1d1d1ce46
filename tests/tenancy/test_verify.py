"""The schema itself: every tenant table is protected, every reference between them too, and `verify()` sees it."""

import contextlib
import os

import dj_database_url
import psycopg2
import pytest
from django.db import connection, models

from cxplatform.tenancy import rls
from cxplatform.tenancy.models import TenantRow
from cxplatform.tenancy.rls import Unsafe, tenant_models


def rows(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


@contextlib.contextmanager
def as_role(**role):
    """Django's connection as another role of the test database."""
    connection.close()
    before = dict(connection.settings_dict)
    connection.settings_dict.update(role)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update(before)


def owner():
    parsed = dj_database_url.parse(os.environ["DATABASE_OWNER_URL"])
    return {"USER": parsed["USER"], "PASSWORD": parsed["PASSWORD"]}


@contextlib.contextmanager
def altered(*statements, back):
    """The schema changed by its owner, and changed back afterwards."""
    at = connection.settings_dict
    login = owner()
    session = psycopg2.connect(
        dbname=at["NAME"],
        user=login["USER"],
        password=login["PASSWORD"],
        host=at["HOST"],
        port=at["PORT"] or None,
    )
    session.autocommit = True
    try:
        with session.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            try:
                yield
            finally:
                for statement in back:
                    cursor.execute(statement)
    finally:
        session.close()


@pytest.mark.django_db
def test_every_tenant_table_has_forced_row_level_security_and_the_one_policy():
    found = {
        name: (enabled, forced, policies)
        for name, enabled, forced, policies in rows(
            """
            SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, count(p.oid)
            FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') GROUP BY c.oid
            """
        )
    }
    tables = {model._meta.db_table for model in tenant_models()}
    assert {table: found[table] for table in tables} == dict.fromkeys(tables, (True, True, 1))
    assert {table for table, state in found.items() if state != (False, False, 0)} == tables
    rls.verify()


@pytest.mark.django_db
def test_every_table_with_a_tenant_is_behind_it_or_known_before_a_tenant_is():
    known_before = {
        "tenancy_membership",
        "tenancy_invitation",
        "tenancy_apikey",
        "pipeline_queuerow",
        "dashboards_sharelink",  # found by the hash of its token
        "deliveries_outgoingmail",
        "surveys_surveylink",  # found by its short code
        "surveys_smsdoor",  # found by its secret key
        "surveys_widget",  # found by its public key
    }
    with_tenant = {
        name
        for (name,) in rows(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name = 'tenant_id'"
        )
    }
    assert with_tenant - {model._meta.db_table for model in tenant_models()} == known_before


def references():
    """(table, column, other table) of every reference between two tenant tables, by the models."""
    for model in tenant_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and issubclass(field.related_model, TenantRow):
                yield model._meta.db_table, field.column, field.related_model._meta.db_table


@pytest.mark.django_db
def test_every_reference_between_tenants_rows_is_held_to_one_tenant():
    constraints = {
        (table, tuple(columns), other): deferrable
        for table, columns, other, deferrable in rows(
            """
            SELECT c.conrelid::regclass::text, array_agg(a.attname::text ORDER BY k.n),
                   c.confrelid::regclass::text, c.condeferrable
            FROM pg_constraint c, unnest(c.conkey) WITH ORDINALITY k(attnum, n), pg_attribute a
            WHERE c.contype = 'f' AND a.attrelid = c.conrelid AND a.attnum = k.attnum GROUP BY c.oid
            """
        )
    }
    expected = {(table, ("tenant_id", column), other) for table, column, other in references()}
    assert expected, "the models have references"
    assert {key for key in expected if not constraints.get(key)} == set()
    tables = {model._meta.db_table for model in tenant_models()}
    plain = {key for key in constraints if key[0] in tables and key[2] in tables and key[1][0] != "tenant_id"}
    assert plain == set(), "a plain foreign key looks past row-level security"


BACK = f"CREATE POLICY tenant ON journeys_channel USING ({rls.POLICY}) WITH CHECK ({rls.POLICY})"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("change", "back", "says"),
    [
        ("DROP POLICY tenant ON {t}", [BACK], "not exactly the one tenant policy"),
        (
            "CREATE POLICY also ON {t} USING (true)",
            ["DROP POLICY also ON {t}"],
            "not exactly the one tenant policy",
        ),
        (
            "ALTER POLICY tenant ON {t} WITH CHECK (true)",
            ["DROP POLICY tenant ON {t}", BACK],
            "not exactly the one tenant policy",
        ),
        (
            "ALTER TABLE {t} NO FORCE ROW LEVEL SECURITY",
            ["ALTER TABLE {t} FORCE ROW LEVEL SECURITY"],
            "no forced row-level security",
        ),
        (
            "ALTER TABLE {t} DISABLE ROW LEVEL SECURITY",
            ["ALTER TABLE {t} ENABLE ROW LEVEL SECURITY"],
            "no forced row-level security",
        ),
    ],
)
def test_verify_sees_a_table_laid_open(change, back, says):
    table = "journeys_channel"
    with (
        altered(change.format(t=table), back=[statement.format(t=table) for statement in back]),
        pytest.raises(Unsafe, match=f"{table} has {says}"),
    ):
        rls.verify()
    rls.verify()


def strong_roles():
    """The owner and, where the servers are our own, the superuser."""
    roles = [pytest.param(owner, "owns table", id="owner")]
    if dj_database_url.parse(os.environ["DATABASE_URL"])["HOST"].startswith("/"):
        roles.append(pytest.param(lambda: {"USER": "postgres"}, "passes by row-level security", id="superuser"))
    return roles


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("role", "says"), strong_roles())
def test_verify_refuses_a_role_that_is_too_strong(role, says):
    with as_role(**role()), pytest.raises(Unsafe, match=says):
        rls.verify()
