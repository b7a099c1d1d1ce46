from typing import Any

from django.db import migrations, models

from cxplatform.tenancy.rls import without_force_rls

TABLE = "promises_promiseoutcome"


def keep_what_was_frozen(apps: Any, schema_editor: Any) -> None:
    """Of earlier outcomes nobody can tell what came from the customer: all of it stays as it was frozen."""
    with without_force_rls(schema_editor, TABLE):
        schema_editor.execute(f"UPDATE {TABLE} SET from_customer = dimensions", params=None)


class Migration(migrations.Migration):
    dependencies = [("promises", "0002_rules_of_several_tests")]

    operations = [
        migrations.AddField("promiseoutcome", "from_customer", models.JSONField(default=dict)),
        migrations.RunPython(keep_what_was_frozen, migrations.RunPython.noop),
    ]
