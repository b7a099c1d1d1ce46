"""A short code for every link, one by one: a default of a new column would be the same for all rows."""

from django.db import migrations, models

import surveys.models.asking


def give(apps, schema_editor):
    SurveyLink = apps.get_model("surveys", "SurveyLink")
    given = set()
    for link in SurveyLink.objects.filter(short=None).iterator():
        code = surveys.models.asking.new_short()
        while code in given:
            code = surveys.models.asking.new_short()
        given.add(code)
        link.short = code
        link.save(update_fields=["short"])


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0007_ask_counts"),
    ]

    operations = [
        migrations.AddField(
            model_name="surveylink",
            name="pin_hash",
            field=models.CharField(blank=True, default="", editable=False, max_length=200),
        ),
        migrations.AddField(
            model_name="surveylink",
            name="short",
            field=models.CharField(editable=False, max_length=10, null=True, unique=True, verbose_name="short code"),
        ),
        migrations.RunPython(give, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="surveylink",
            name="short",
            field=models.CharField(
                default=surveys.models.asking.new_short,
                editable=False,
                max_length=10,
                null=True,
                unique=True,
                verbose_name="short code",
            ),
        ),
    ]
