"""Calendars move to the journeys, where rooms below promises can have them: the table keeps its rows and policy."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("promises", "0012_calendar_of_each_day")]

    operations = [
        migrations.AlterModelTable("Calendar", "journeys_calendar"),
    ]
