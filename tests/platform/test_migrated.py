"""What the migrations made is what the models say: indexes, constraints and columns, however they came about."""

import pytest
from django.apps import apps
from django.db import connection

from cxplatform.tenancy.models import TenantRow


@pytest.mark.django_db
def test_every_index_constraint_and_column_of_every_model_is_in_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, indexname FROM pg_indexes"
            " UNION SELECT conrelid::regclass::text, conname FROM pg_constraint"
        )
        named = set(cursor.fetchall())
        cursor.execute("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'")
        columns = set(cursor.fetchall())
    models = [model for model in apps.get_models() if issubclass(model, TenantRow) and model._meta.managed]
    assert len(models) > 100
    for model in models:
        table = model._meta.db_table
        own = [each.name for each in (*model._meta.indexes, *model._meta.constraints)]
        assert {(table, name) for name in own} <= named, model
        assert {(table, field.column) for field in model._meta.local_concrete_fields if field.column} <= columns, model
