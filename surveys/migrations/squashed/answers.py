"""Answers, and counts of answers and of asking."""

import cxplatform.ids
import cxplatform.tenancy.context
import django.contrib.postgres.fields
from django.db import migrations, models
import django.db.models.deletion

TABLES = [
    migrations.CreateModel(
        name='Response',
        fields=[
            ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
            ('id', models.UUIDField(default=cxplatform.ids.uuid7, editable=False)),
            ('submission_id', models.CharField(max_length=100)),
            ('answered_at', models.DateTimeField()),
            ('language', models.CharField(default='', max_length=10)),
            ('audience', models.CharField(choices=[('customer', 'customers'), ('employee', 'employees')], max_length=20)),
            ('wave', models.CharField(default='', max_length=30)),
            ('customer_id', models.UUIDField(null=True)),
            ('touchpoint_id', models.BigIntegerField(null=True)),
            ('channel_id', models.BigIntegerField(null=True)),
            ('unit_id', models.BigIntegerField(null=True)),
            ('touchpoint_text', models.CharField(default='', max_length=300)),
            ('channel_text', models.CharField(default='', max_length=300)),
            ('unit_text', models.CharField(default='', max_length=300)),
            ('collected_by', models.CharField(max_length=20)),
            ('answers', models.JSONField(default=dict)),
            ('texts', models.JSONField(default=dict)),
            ('scores', models.JSONField(default=dict)),
            ('dimensions', models.JSONField(default=dict)),
            ('counted', models.JSONField(default=dict)),
            ('is_test', models.BooleanField(default=False)),
            ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
            ('survey', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.survey')),
            ('version', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.surveyversion')),
            ('contact', models.JSONField(null=True)),
        ],
        options={
            'verbose_name': 'response',
            'verbose_name_plural': 'responses',
            'indexes': [models.Index(condition=models.Q(('customer_id__isnull', False)), fields=['tenant', 'customer_id', 'wave'], name='response_by_customer'), models.Index(fields=['tenant', 'touchpoint_id', 'answered_at'], name='response_by_touchpoint')],
            'constraints': [models.UniqueConstraint(fields=('tenant', 'submission_id'), name='response_once')],
        },
    ),
    migrations.CreateModel(
        name='ScoreRollup',
        fields=[
            ('pk', models.CompositePrimaryKey('tenant_id', 'metric', 'dimension', 'value', 'grain', 'touchpoint_id', 'start', 'channel_id', 'audience', 'wave', blank=True, editable=False, primary_key=True, serialize=False)),
            ('metric', models.CharField(max_length=200)),
            ('dimension', models.CharField(max_length=100)),
            ('value', models.CharField(max_length=200)),
            ('grain', models.CharField(choices=[('d', 'day'), ('m', 'month')], max_length=1)),
            ('touchpoint_id', models.BigIntegerField()),
            ('start', models.DateField()),
            ('channel_id', models.BigIntegerField()),
            ('audience', models.CharField(max_length=20)),
            ('wave', models.CharField(max_length=30)),
            ('histogram', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
            ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
        ],
        options={
            'abstract': False,
        },
    ),
    migrations.CreateModel(
        name='MonthlyCount',
        fields=[
            ('pk', models.CompositePrimaryKey('tenant_id', 'metric', 'touchpoint_id', 'channel_id', 'month', blank=True, editable=False, primary_key=True, serialize=False)),
            ('metric', models.CharField(max_length=200)),
            ('touchpoint_id', models.BigIntegerField()),
            ('channel_id', models.BigIntegerField()),
            ('month', models.DateField()),
            ('histogram', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
            ('told_at', models.DateTimeField(auto_now=True)),
            ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
        ],
        options={
            'abstract': False,
        },
    ),
    migrations.CreateModel(
        name='AskRollup',
        fields=[
            ('pk', models.CompositePrimaryKey('tenant_id', 'dimension', 'grain', 'start', 'value', blank=True, editable=False, primary_key=True, serialize=False)),
            ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
            ('dimension', models.CharField(max_length=20)),
            ('grain', models.CharField(max_length=1)),
            ('start', models.DateField()),
            ('value', models.CharField(max_length=40)),
            ('decided', models.IntegerField()),
            ('skipped', models.IntegerField()),
            ('delivered', models.IntegerField()),
            ('rated', models.IntegerField()),
            ('completed', models.IntegerField()),
            ('refused', models.IntegerField()),
            ('failed', models.IntegerField()),
            ('minutes', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
            ('lag', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
        ],
        options={
            'abstract': False,
        },
    ),
    migrations.CreateModel(
        name='EncounterMark',
        fields=[
            ('pk', models.CompositePrimaryKey('tenant_id', 'response_id', blank=True, editable=False, primary_key=True, serialize=False)),
            ('response_id', models.UUIDField()),
            ('number', models.SmallIntegerField()),
            ('scores', models.JSONField(default=dict)),
            ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
        ],
        options={
            'abstract': False,
        },
    ),
    migrations.CreateModel(
        name='EncounterRollup',
        fields=[
            ('pk', models.CompositePrimaryKey('tenant_id', 'metric', 'number', blank=True, editable=False, primary_key=True, serialize=False)),
            ('metric', models.CharField(max_length=200)),
            ('number', models.SmallIntegerField()),
            ('histogram', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
            ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
        ],
        options={
            'abstract': False,
        },
    ),
]
