"""A kept connection: not asked for life before every request, and still noticed when it died."""

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db(transaction=True)


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def next_request() -> None:
    connections["default"].health_check_done = False
    connection.close_if_health_check_failed()


@pytest.fixture(autouse=True)
def _checked(monkeypatch):
    connection.ensure_connection()
    monkeypatch.setattr(connections["default"], "health_check_enabled", True)


def test_a_living_connection_is_kept_without_a_question():
    first = backend()
    next_request()
    with CaptureQueriesContext(connection) as asked:
        next_request()
    assert not asked.captured_queries
    assert backend() == first


def test_a_connection_that_the_server_ended_is_replaced():
    first = backend()
    next_request()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
    finally:
        other.close()
    next_request()
    assert backend() != first
