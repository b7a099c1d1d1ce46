"""Room for the name of a dimension in a question's type; a longer varchar rewrites nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0011_encounters")]

    operations = [
        migrations.AlterField(
            model_name="question",
            name="metric",
            field=models.CharField(max_length=120, verbose_name="question type"),
        ),
    ]
