from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cxplatform.tenancy.rls import without_force_rls

# When promises of earlier days came to where they are, nobody wrote down: no later than they were last changed.
FIRST_STEPS = """
INSERT INTO promises_lifecyclestep (tenant_id, promise_id, before, after, at, who, why, evidence)
SELECT p.tenant_id, p.id, 'draft', p.lifecycle, p.updated_at, 'system', '', '{}' FROM promises_promise p
WHERE p.lifecycle <> 'draft'
    AND NOT EXISTS (SELECT FROM promises_lifecyclestep s WHERE s.tenant_id = p.tenant_id AND s.promise_id = p.id)
"""


def write_first_steps(apps: Any, schema_editor: Any) -> None:
    with without_force_rls(schema_editor, "promises_promise", "promises_lifecyclestep"):
        schema_editor.execute(FIRST_STEPS, params=None)
        # Checked now: a table with checks still waiting for the commit cannot be altered back under FORCE.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [('promises', '0007_choice_of_alerts'), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField("rule", "why", models.TextField(blank=True, editable=False, verbose_name="why")),
        migrations.AddField(
            "rule",
            "made_by",
            models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(write_first_steps, migrations.RunPython.noop),
    ]
