"""Calendars come from the promises (promises 0013): the table is there, here it gets its place and its names."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import cxplatform.tenancy.context

RENAME = "ALTER TABLE journeys_calendar RENAME CONSTRAINT {was} TO {becomes}"
NAMES = [(f"promises_calendar_{what}", f"journeys_calendar_{what}") for what in ("tenant_id", "slug")]


class Migration(migrations.Migration):
    dependencies = [
        ("journeys", "0001_squashed_0010_room_in_counts"),
        ("promises", "0013_calendar_moves_out"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    RENAME.format(was=was, becomes=becomes), RENAME.format(was=becomes, becomes=was)
                )
                for was, becomes in NAMES
            ],
            state_operations=[
                migrations.CreateModel(
                    name='Calendar',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=200, verbose_name='name')),
                        ('slug', models.CharField(help_text='The name integrations use. Changing it later breaks them.', max_length=100, validators=[django.core.validators.RegexValidator('^[a-z0-9][a-z0-9_.-]{0,99}$', 'Use small letters a-z, digits, hyphens, dots and underscores, at most 100.')], verbose_name='identifier')),
                        ('description', models.TextField(blank=True, verbose_name='description')),
                        ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='archived')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                        ('hours', models.JSONField(default=dict, verbose_name='opening hours')),
                        ('country', models.CharField(blank=True, default='FI', max_length=2, verbose_name='holidays of country')),
                        ('closed_days', models.JSONField(blank=True, default=list, verbose_name='other closed days')),
                        ('earlier', models.JSONField(blank=True, default=list, editable=False, verbose_name='what held before')),
                        ('tenant', models.ForeignKey(db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
                    ],
                    options={
                        'verbose_name': 'calendar',
                        'verbose_name_plural': 'calendars',
                        'ordering': ['name', 'id'],
                        'abstract': False,
                        'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='journeys_calendar_tenant_id'), models.UniqueConstraint(fields=('tenant', 'slug'), name='journeys_calendar_slug', violation_error_message='This identifier is already in use. Choose another.')],
                    },
                ),
            ],
        ),
    ]
