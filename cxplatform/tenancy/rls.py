"""Row-level security: migration operations that put it on, and `verify()` that it is on.

In a migration these come last, after the constraints: under FORCE even the owner updates no rows and
checks a foreign key against none. A later migration that touches rows wraps itself in `without_force_rls`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.migrations.operations.base import Operation

POLICY = "tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint"


class EnableRLS(Operation):
    """ENABLE and FORCE row-level security on a model's table, with the one policy there is."""

    reversible = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__name__, [self.model_name], {})

    def state_forwards(self, app_label: str, state: Any) -> None:
        pass

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = schema_editor.quote_name(to_state.apps.get_model(app_label, self.model_name)._meta.db_table)
        schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY", params=None)
        schema_editor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY", params=None)
        schema_editor.execute(f"CREATE POLICY tenant ON {table} USING ({POLICY}) WITH CHECK ({POLICY})", params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = schema_editor.quote_name(from_state.apps.get_model(app_label, self.model_name)._meta.db_table)
        schema_editor.execute(f"DROP POLICY tenant ON {table}", params=None)
        schema_editor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY", params=None)
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY", params=None)

    def describe(self) -> str:
        return f"Row-level security on {self.model_name}"


class TenantReference(Operation):
    """A composite `(tenant_id, field)` constraint: plain foreign keys look past row-level security.

    The Django field is a `ForeignKey(db_constraint=False)`, or a plain UUID for the customer. Deferrable,
    so that rows can be written in any order within one transaction.
    """

    reversible = True

    def __init__(self, model_name: str, column: str, to: str) -> None:
        self.model_name, self.column, self.to = model_name, column, to

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__name__, [self.model_name, self.column, self.to], {})

    def state_forwards(self, app_label: str, state: Any) -> None:
        pass

    def _names(self, app_label: str, schema_editor: Any, state: Any) -> tuple[str, str, str]:
        table = state.apps.get_model(app_label, self.model_name)._meta.db_table
        quote = schema_editor.quote_name
        return quote(table), quote(f"{table}_{self.column}_tenant"[:63]), quote(self.to)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table, name, to = self._names(app_label, schema_editor, to_state)
        schema_editor.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (tenant_id, {self.column})"
            f" REFERENCES {to} (tenant_id, id) DEFERRABLE INITIALLY DEFERRED",
            params=None,
        )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table, name, _ = self._names(app_label, schema_editor, from_state)
        schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}", params=None)

    def describe(self) -> str:
        return f"{self.model_name}.{self.column} refers to {self.to} of the same tenant"


@contextmanager
def without_force_rls(schema_editor: Any, *tables: str) -> Iterator[None]:
    """Let the owner's migration see every tenant's rows of these tables while it changes them."""
    for table in tables:
        schema_editor.execute(f"ALTER TABLE {schema_editor.quote_name(table)} NO FORCE ROW LEVEL SECURITY", params=None)
    yield
    for table in tables:
        schema_editor.execute(f"ALTER TABLE {schema_editor.quote_name(table)} FORCE ROW LEVEL SECURITY", params=None)


class Unsafe(RuntimeError):
    """The database would let one tenant see another's rows; the message says why."""


def tenant_models() -> list[type[models.Model]]:
    """Every model whose rows belong to one tenant and stand behind row-level security."""
    from cxplatform.tenancy.models import TenantRow

    return [model for model in apps.get_models() if issubclass(model, TenantRow)]


def verify() -> None:
    """Raise `Unsafe` unless policies are present and this connection's role is bound by them.

    Run as the application's role after migrating and before serving. Not a registered system check: those
    also run where no database is.
    """
    problems: list[str] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        role, superuser, bypass = cursor.fetchone()
        if superuser or bypass:
            problems.append(f"role {role} passes by row-level security: connect as a plain role in DATABASE_URL")
        cursor.execute(
            """
            SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner) = current_user,
                   array_agg(pg_get_expr(p.polqual, p.polrelid)) FILTER (WHERE p.polname IS NOT NULL),
                   array_agg(pg_get_expr(p.polwithcheck, p.polrelid)) FILTER (WHERE p.polname IS NOT NULL)
            FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
            GROUP BY c.oid
            """
        )
        tables = {row[0]: row[1:] for row in cursor.fetchall()}
    expected = "(tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint)"
    for model in tenant_models():
        table = model._meta.db_table
        if table not in tables:
            problems.append(f"table {table} is missing: run `manage.py migrate`")
            continue
        enabled, forced, owned, using, checks = tables[table]
        if not (enabled and forced):
            problems.append(f"table {table} has no forced row-level security")
        if using != [expected] or checks != [expected]:
            problems.append(f"table {table} has not exactly the one tenant policy")
        if owned:
            problems.append(f"role {role} owns table {table}: connect as another role in DATABASE_URL")
    if problems:
        raise Unsafe("The database is not safe to serve from: " + "; ".join(problems) + ".")
