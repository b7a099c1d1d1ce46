"""Tests themselves run as the application does: bound by row-level security, unable to change tables."""

import pytest
from django.db import connection
from django.db.utils import ProgrammingError

from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.rls import verify


@pytest.mark.django_db
def test_the_application_role_is_neither_owner_nor_strong():
    verify()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        user, database = cursor.fetchone()
    assert user == "cx_app"
    assert database.startswith("test_cx")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE anything (id int)",
        "ALTER TABLE journeys_event DISABLE ROW LEVEL SECURITY",
        "UPDATE tenancy_auditentry SET id = id",
        "DELETE FROM tenancy_auditentry",
        "DELETE FROM django_migrations",
    ],
)
def test_the_application_role_may_not(statement):
    with (
        connection.cursor() as cursor,
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
    ):
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("run", [1, 2])
def test_a_transactional_test_leaves_nothing_behind(run):
    assert not Tenant.objects.exists()
    Tenant.objects.create(slug="left-over", name=f"Run {run}")
