from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False  # events come in meanwhile

    dependencies = [
        ('journeys', '0016_variants_when_over'),
    ]

    operations = [
        # What a build that was cut short left behind is no index yet, and in the way of the next.
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS passage_due", migrations.RunSQL.noop),
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS passage_by_case", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name='passage',
            index=models.Index(fields=['tenant', 'wake_at'], name='passage_due', condition=models.Q(ended=False)),
        ),
        AddIndexConcurrently(
            model_name='passage',
            index=models.Index(fields=['tenant', 'subject', 'started_at'], name='passage_by_case', condition=models.Q(trace_by='correlation')),
        ),
        RemoveIndexConcurrently(model_name='passage', name='passage_open'),
        RemoveIndexConcurrently(model_name='passage', name='passage_by_subject'),
    ]
