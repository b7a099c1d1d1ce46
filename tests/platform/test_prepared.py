"""Statements planned once per connection run the same however they are sent."""

from typing import Any

import pytest
from django.db import connection, transaction

from cxplatform.prepared import Prepared

pytestmark = pytest.mark.django_db(transaction=True)


def rows(statement: Prepared, **parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        statement.run(cursor, parameters)
        return cursor.fetchall()


@pytest.mark.parametrize("pooled", [False, True])
def test_parameters_find_their_places(pooled: bool, settings: Any) -> None:
    settings.DATABASE_POOLED = pooled
    name = f"places_{pooled}"
    statement = Prepared(name, "SELECT %(b)s::int - %(a)s::int, %(text)s::text, %(b)s::int", {
        "text": "text", "a": "int", "b": "int",
    })  # fmt: skip
    for _ in range(7):  # PostgreSQL may change to a generic plan after five
        assert rows(statement, a=1, b=10, text="it's 5 %") == [(9, "it's 5 %", 10)]


def test_it_outlives_a_rollback_and_is_made_again_on_a_new_connection() -> None:
    statement = Prepared("outlives", "SELECT %(a)s::int", {"a": "int"})
    with transaction.atomic():
        assert rows(statement, a=1) == [(1,)]
        transaction.set_rollback(True)
    assert rows(statement, a=2) == [(2,)]
    connection.close()
    assert rows(statement, a=3) == [(3,)]
