from django.db import migrations

from cxplatform.tenancy.rls import without_force_rls


def count_again(apps, schema_editor):
    """What became of those a source brought is new by dimension: what is stored is counted again, in the background."""
    with without_force_rls(schema_editor, "journeys_pathhistory"):
        apps.get_model("journeys", "PathHistory")._base_manager.update(zone="")


class Migration(migrations.Migration):

    dependencies = [
        ('journeys', '0012_months_and_sources'),
    ]

    operations = [
        migrations.RunPython(count_again, count_again),
    ]
