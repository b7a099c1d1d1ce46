"""From here on the calendar is the journeys' (see 0013)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("promises", "0013_calendar_moves_out"),
        ("journeys", "0011_calendars"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "Rule",
                    "calendar",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="Empty = round the clock.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="journeys.calendar",
                        verbose_name="business hours",
                    ),
                ),
                migrations.DeleteModel("Calendar"),
            ]
        ),
    ]
