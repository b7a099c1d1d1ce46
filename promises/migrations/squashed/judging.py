"""What became of promises: outcomes, their counts, what is left out of them, and alerts."""

import cxplatform.ids
import cxplatform.tenancy.context
from django.conf import settings
import django.contrib.postgres.fields
from django.db import migrations, models
import django.db.models.deletion
import django.utils.timezone

TABLES = [
    migrations.CreateModel(
        name='PromiseOutcome',
        fields=[
            ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
            ('id', models.UUIDField(default=cxplatform.ids.uuid7, editable=False)),
            ('subject', models.CharField(max_length=200)),
            ('opened_by', models.UUIDField()),
            ('customer_id', models.UUIDField(null=True)),
            ('touchpoint_id', models.BigIntegerField(null=True)),
            ('channel_id', models.BigIntegerField(null=True)),
            ('unit_id', models.BigIntegerField(null=True)),
            ('opened_at', models.DateTimeField()),
            ('due_at', models.DateTimeField(null=True)),
            ('closed_at', models.DateTimeField(null=True)),
            ('status', models.CharField(choices=[('pending', 'pending'), ('kept', 'kept'), ('fallback', 'kept by fallback'), ('broken', 'broken'), ('excluded', 'excluded')], max_length=10)),
            ('reason', models.CharField(default='', max_length=300)),
            ('dimensions', models.JSONField(default=dict)),
            ('counted', models.CharField(default='', max_length=10)),
            ('counted_day', models.DateField(null=True)),
            ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
            ('rule', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='promises.rule')),
            ('from_customer', models.JSONField(default=dict)),
            ('told_at', models.DateTimeField(null=True)),
            ('used', models.FloatField(null=True)),
            ('at_due', models.CharField(db_default='broken', max_length=10)),
            ('margin', models.CharField(db_default='', max_length=10)),
        ],
        options={
            'verbose_name': 'outcome',
            'verbose_name_plural': 'outcomes',
            'indexes': [models.Index(condition=models.Q(('counted', ''), models.Q(('due_at', None), _negated=True)), fields=['tenant', 'due_at'], name='outcome_due'), models.Index(fields=['tenant', 'rule', 'status', 'due_at'], name='outcome_by_status'), models.Index(condition=models.Q(('customer_id__isnull', False)), fields=['tenant', 'customer_id'], name='outcome_by_customer'), models.Index(condition=models.Q(('status', 'pending'), ('unit_id__isnull', False)), fields=['tenant', 'unit_id', 'due_at'], name='outcome_open_by_unit')],
            'constraints': [models.UniqueConstraint(fields=('tenant', 'rule', 'subject', 'opened_by'), name='outcome_once')],
        },
    ),
    migrations.CreateModel(
        name='OutcomeRollup',
        fields=[
            ('pk', models.CompositePrimaryKey('tenant_id', 'rule_id', 'dimension', 'value', 'day', 'channel_id', blank=True, editable=False, primary_key=True, serialize=False)),
            ('dimension', models.CharField(max_length=100)),
            ('value', models.CharField(max_length=200)),
            ('day', models.DateField()),
            ('channel_id', models.BigIntegerField()),
            ('kept', models.IntegerField(default=0)),
            ('fallback', models.IntegerField(default=0)),
            ('broken', models.IntegerField(default=0)),
            ('excluded', models.IntegerField(default=0)),
            ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
            ('rule', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='promises.rule')),
            ('exceeded', models.IntegerField(db_default=0)),
            ('near', models.IntegerField(db_default=0)),
        ],
        options={
            'abstract': False,
        },
    ),
    migrations.CreateModel(
        name='OutcomeScore',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('metric', models.CharField(default='', max_length=200)),
            ('relationship', models.BooleanField(default=False)),
            ('broken', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None)),
            ('kept', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None)),
            ('counted_at', models.DateTimeField(default=django.utils.timezone.now)),
            ('rule', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='promises.rule')),
            ('tenant', models.ForeignKey(db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
            ('surprised', models.IntegerField(default=0)),
        ],
        options={
            'abstract': False,
            'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='promises_outcomescore_tenant_id'), models.UniqueConstraint(fields=('tenant', 'rule'), name='scores_of_rule')],
        },
    ),
    migrations.CreateModel(
        name='JudgedHistory',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('measured', models.CharField(max_length=32)),
            ('after', models.CharField(default='', max_length=200)),
            ('finished', models.BooleanField(default=False)),
            ('rule', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='promises.rule')),
            ('tenant', models.ForeignKey(db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
        ],
        options={
            'abstract': False,
            'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='promises_judgedhistory_tenant_id'), models.UniqueConstraint(fields=('tenant', 'rule'), name='history_of_rule')],
        },
    ),
    migrations.CreateModel(
        name='Exclusion',
        fields=[
            ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
            ('id', models.UUIDField(default=cxplatform.ids.uuid7, editable=False)),
            ('subject', models.CharField(max_length=200)),
            ('opened_by', models.UUIDField(null=True)),
            ('reason', models.CharField(max_length=300, verbose_name='reason')),
            ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
            ('lifted_at', models.DateTimeField(null=True)),
            ('made_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('rule', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='promises.rule')),
            ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
        ],
        options={
            'verbose_name': 'exclusion',
            'verbose_name_plural': 'exclusions',
            'indexes': [models.Index(condition=models.Q(('lifted_at', None)), fields=['tenant', 'rule', 'subject'], name='exclusion_standing')],
        },
    ),
    migrations.CreateModel(
        name='Alert',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('opened_at', models.DateTimeField(default=django.utils.timezone.now)),
            ('checked_at', models.DateTimeField(default=django.utils.timezone.now)),
            ('resolved_at', models.DateTimeField(null=True)),
            ('facts', models.JSONField(default=dict)),
            ('rule', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to='promises.rule')),
            ('seen_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('tenant', models.ForeignKey(db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
        ],
        options={
            'verbose_name': 'alert',
            'verbose_name_plural': 'alerts',
            'ordering': ['-opened_at', '-id'],
            'abstract': False,
            'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='promises_alert_tenant_id'), models.UniqueConstraint(condition=models.Q(('resolved_at', None)), fields=('tenant', 'rule'), name='alert_open_once')],
        },
    ),
    migrations.CreateModel(
        name='AlertChoice',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('how', models.CharField(blank=True, choices=[('at_once', 'at once by e-mail'), ('digest', 'in the daily digest'), ('screen', 'on the screen only')], default='', max_length=10, verbose_name='alerts')),
            ('digest_sent_on', models.DateField(editable=False, null=True)),
            ('tenant', models.ForeignKey(db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
            ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'verbose_name': 'choice of alerts',
            'verbose_name_plural': 'choices of alerts',
            'abstract': False,
            'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='promises_alertchoice_tenant_id'), models.UniqueConstraint(fields=('tenant', 'user'), name='alert_choice_once')],
        },
    ),
]
