"""What happened: customers, events, imports, and passages through journeys with their counts."""

import cxplatform.ids
import cxplatform.tenancy.context
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models
import django.db.models.deletion
import django.db.models.functions.datetime

TABLES = [
    migrations.CreateModel(
        name='Customer',
        fields=[
            ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
            ('id', models.UUIDField(default=cxplatform.ids.uuid7, editable=False)),
            ('external_id', models.CharField(max_length=200, verbose_name='customer number')),
            ('name', models.CharField(blank=True, max_length=200, verbose_name='name')),
            ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
            ('phone', models.CharField(blank=True, max_length=50, verbose_name='phone')),
            ('locale', models.CharField(blank=True, max_length=10, verbose_name='language')),
            ('account', models.CharField(blank=True, max_length=200, verbose_name='account')),
            ('role', models.CharField(blank=True, max_length=100, verbose_name='role in the account')),
            ('dimensions', models.JSONField(blank=True, default=dict, verbose_name='dimension values')),
            ('erased_at', models.DateTimeField(editable=False, null=True, verbose_name='erased')),
            ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
            ('ambassador_at', models.DateTimeField(blank=True, null=True, verbose_name='ambassador since')),
            ('merged_into_id', models.UUIDField(editable=False, null=True)),
            ('preferred_channel_id', models.BigIntegerField(blank=True, null=True, verbose_name='preferred channel')),
        ],
        options={
            'verbose_name': 'customer',
            'verbose_name_plural': 'customers',
            'indexes': [models.Index(condition=models.Q(('account', ''), _negated=True), fields=['tenant', 'account'], name='customer_by_account'), models.Index(condition=models.Q(('merged_into_id__isnull', False)), fields=['tenant', 'merged_into_id'], name='customer_merged')],
            'constraints': [models.UniqueConstraint(fields=('tenant', 'external_id'), name='customer_external_id')],
        },
    ),
    migrations.CreateModel(
        name='Event',
        fields=[
            ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
            ('id', models.UUIDField(default=cxplatform.ids.uuid7, editable=False)),
            ('source', models.CharField(max_length=100)),
            ('source_id', models.CharField(max_length=200)),
            ('type', models.CharField(max_length=100)),
            ('time', models.DateTimeField()),
            ('sequence', models.BigIntegerField(null=True)),
            ('customer_id', models.UUIDField(null=True)),
            ('touchpoint_id', models.BigIntegerField(null=True)),
            ('channel_id', models.BigIntegerField(null=True)),
            ('unit_id', models.BigIntegerField(null=True)),
            ('touchpoint_text', models.CharField(default='', max_length=300)),
            ('channel_text', models.CharField(default='', max_length=300)),
            ('unit_text', models.CharField(default='', max_length=300)),
            ('correlation', models.CharField(default='', max_length=200)),
            ('properties', models.JSONField(default=dict)),
            ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
            ('unmapped', models.SmallIntegerField(editable=False, null=True)),
        ],
        options={
            'verbose_name': 'event',
            'verbose_name_plural': 'events',
            'indexes': [models.Index(condition=models.Q(('correlation', ''), _negated=True), fields=['tenant', 'correlation', 'time'], name='event_by_correlation'), models.Index(condition=models.Q(('customer_id__isnull', False)), fields=['tenant', 'customer_id', 'time'], name='event_by_customer'), models.Index(condition=models.Q(('type', 'survey.answered'), models.Q(('correlation', ''), _negated=True)), fields=['tenant', 'correlation'], name='answer_by_case'), models.Index(condition=models.Q(('customer_id__isnull', False), ('type', 'survey.answered')), fields=['tenant', 'customer_id', 'time'], name='answer_by_customer')],
        },
    ),
    migrations.CreateModel(
        name='EventKey',
        fields=[
            ('pk', models.CompositePrimaryKey('tenant_id', 'digest', blank=True, editable=False, primary_key=True, serialize=False)),
            ('digest', models.UUIDField()),
            ('seen_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
        ],
        options={
            'indexes': [django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['seen_at'], name='event_key_age')],
        },
    ),
    migrations.CreateModel(
        name='RuleFiring',
        fields=[
            ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
            ('id', models.UUIDField(default=cxplatform.ids.uuid7, editable=False)),
            ('rule_id', models.BigIntegerField()),
            ('event_id', models.UUIDField()),
            ('subject', models.CharField(blank=True, max_length=200)),
            ('customer_id', models.UUIDField(null=True)),
            ('time', models.DateTimeField()),
            ('decided_at', models.DateTimeField(auto_now_add=True)),
            ('opened', models.BooleanField(default=False)),
            ('prompted', models.CharField(blank=True, default='', max_length=10)),
            ('reason', models.CharField(blank=True, default='', max_length=40)),
            ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
        ],
        options={
            'verbose_name': 'what a rule did',
            'verbose_name_plural': 'what rules did',
            'indexes': [models.Index(fields=['tenant', 'decided_at'], name='firing_by_time'), models.Index(fields=['tenant', 'rule_id', 'subject', 'time'], name='firing_by_subject')],
            'constraints': [models.UniqueConstraint(fields=('tenant', 'rule_id', 'event_id'), name='firing_once')],
        },
    ),
    migrations.CreateModel(
        name='Import',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('kind', models.CharField(max_length=20, verbose_name='kind')),
            ('file_name', models.CharField(max_length=300, verbose_name='file')),
            ('digest', models.CharField(editable=False, max_length=64)),
            ('rows', models.BigIntegerField(default=0, verbose_name='rows')),
            ('accepted', models.BigIntegerField(default=0, verbose_name='accepted')),
            ('duplicates', models.BigIntegerField(default=0, verbose_name='duplicates')),
            ('rejected', models.BigIntegerField(default=0, verbose_name='rejected')),
            ('rejected_size', models.BigIntegerField(default=0, editable=False)),
            ('started_at', models.DateTimeField(verbose_name='started')),
            ('finished_at', models.DateTimeField(null=True, verbose_name='finished')),
            ('tenant', models.ForeignKey(db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
        ],
        options={
            'verbose_name': 'import',
            'verbose_name_plural': 'imports',
            'abstract': False,
            'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='journeys_import_tenant_id'), models.UniqueConstraint(fields=('tenant', 'kind', 'digest'), name='import_once')],
        },
    ),
    migrations.CreateModel(
        name='Upload',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('offer', models.CharField(max_length=150, verbose_name='what')),
            ('file_name', models.CharField(max_length=200, verbose_name='file')),
            ('sheet', models.CharField(blank=True, max_length=200, verbose_name='sheet')),
            ('columns', models.JSONField(default=list)),
            ('language', models.CharField(default='', max_length=10)),
            ('state', models.CharField(choices=[('new', 'columns to check'), ('waiting', 'waiting'), ('running', 'running'), ('done', 'done'), ('failed', 'nothing was taken in'), ('removed', 'removed')], default='new', max_length=10, verbose_name='state')),
            ('message', models.TextField(blank=True, verbose_name='message')),
            ('share', models.FloatField(default=0)),
            ('rows', models.BigIntegerField(default=0, verbose_name='rows')),
            ('accepted', models.BigIntegerField(default=0, verbose_name='accepted')),
            ('duplicates', models.BigIntegerField(default=0, verbose_name='duplicates')),
            ('rejected', models.BigIntegerField(default=0, verbose_name='rejected')),
            ('uploaded_by', models.CharField(max_length=300, verbose_name='uploaded by')),
            ('uploaded_at', models.DateTimeField(auto_now_add=True, verbose_name='uploaded')),
            ('touched_at', models.DateTimeField(null=True)),
            ('finished_at', models.DateTimeField(null=True, verbose_name='finished')),
            ('content', models.BinaryField(null=True)),
            ('rejects', models.BinaryField(null=True)),
            ('result', models.BinaryField(null=True)),
            ('tenant', models.ForeignKey(db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
        ],
        options={
            'verbose_name': 'uploaded file',
            'verbose_name_plural': 'uploaded files',
            'abstract': False,
            'indexes': [models.Index(condition=models.Q(('content__isnull', False), ('result__isnull', False), _connector='OR'), fields=['tenant', 'uploaded_at'], name='upload_kept')],
            'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='journeys_upload_tenant_id')],
        },
    ),
    migrations.CreateModel(
        name='Passage',
        fields=[
            ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
            ('id', models.UUIDField(default=cxplatform.ids.uuid7, editable=False)),
            ('journey_id', models.BigIntegerField()),
            ('version_id', models.BigIntegerField(null=True)),
            ('trace_by', models.CharField(max_length=12)),
            ('gap_hours', models.IntegerField()),
            ('subject', models.CharField(max_length=200)),
            ('customer_id', models.UUIDField(null=True)),
            ('started_at', models.DateTimeField()),
            ('last_at', models.DateTimeField()),
            ('over_at', models.DateTimeField()),
            ('ended', models.BooleanField()),
            ('truncated', models.BooleanField(default=False)),
            ('variant', models.UUIDField()),
            ('touchpoint_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ('channel_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ('unit_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ('seconds', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ('failures', models.JSONField(default=list)),
            ('human_after', models.BigIntegerField(null=True)),
            ('score_touchpoint_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ('scores', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), size=None)),
            ('score_seconds', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ('source', models.CharField(default='', max_length=100)),
            ('dimensions', models.JSONField(default=dict)),
            ('fitness', models.FloatField(null=True)),
            ('skipped', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ('repeated', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ('undesigned', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
            ('from_customer', models.JSONField(default=dict)),
        ],
        options={
            'indexes': [models.Index(fields=['tenant', 'trace_by', 'subject', 'started_at'], name='passage_by_subject'), models.Index(fields=['tenant', 'journey_id', 'variant', 'started_at'], name='passage_by_variant'), models.Index(condition=models.Q(('ended', False)), fields=['tenant', 'over_at'], name='passage_open'), models.Index(condition=models.Q(('customer_id__isnull', False)), fields=['tenant', 'customer_id', 'started_at'], name='passage_by_customer')],
        },
    ),
    migrations.CreateModel(
        name='PathHistory',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('measured', models.CharField(max_length=32)),
            ('eras', models.JSONField(default=dict)),
            ('after', models.UUIDField(null=True)),
            ('since', models.DateTimeField(null=True)),
            ('finished', models.BooleanField(default=False)),
            ('zone', models.CharField(max_length=64)),
            ('tenant', models.ForeignKey(db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
        ],
        options={
            'abstract': False,
            'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='journeys_pathhistory_tenant_id'), models.UniqueConstraint(fields=('tenant',), name='path_history_per_tenant')],
        },
    ),
    migrations.CreateModel(
        name='PathRollup',
        fields=[
            ('pk', models.CompositePrimaryKey('tenant_id', 'journey_id', 'measure', 'dimension', 'value', 'day', 'key', blank=True, editable=False, primary_key=True, serialize=False)),
            ('journey_id', models.BigIntegerField()),
            ('measure', models.CharField(max_length=20)),
            ('dimension', models.CharField(default='', max_length=100)),
            ('value', models.CharField(default='', max_length=200)),
            ('day', models.DateField()),
            ('key', models.CharField(default='', max_length=100)),
            ('n', models.BigIntegerField(default=0)),
            ('open', models.BigIntegerField(default=0)),
            ('total', models.FloatField(default=0)),
            ('squares', models.FloatField(default=0)),
            ('histogram', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
            ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
        ],
        options={
            'abstract': False,
        },
    ),
    migrations.CreateModel(
        name='Variant',
        fields=[
            ('pk', models.CompositePrimaryKey('tenant_id', 'digest', blank=True, editable=False, primary_key=True, serialize=False)),
            ('digest', models.UUIDField()),
            ('journey_id', models.BigIntegerField()),
            ('touchpoint_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
        ],
        options={
            'abstract': False,
        },
    ),
    migrations.CreateModel(
        name='Conformance',
        fields=[
            ('pk', models.CompositePrimaryKey('tenant_id', 'version_id', 'digest', blank=True, editable=False, primary_key=True, serialize=False)),
            ('version_id', models.BigIntegerField()),
            ('digest', models.UUIDField()),
            ('cost', models.IntegerField()),
            ('fitness', models.FloatField()),
            ('skipped', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ('repeated', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ('undesigned', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
        ],
        options={
            'abstract': False,
        },
    ),
]

# What customers are found by, from its beginning, ordered by bytes wherever the database stands: the operators of
# text are leakproof, so that row-level security leaves these indexes in use; LIKE and lower() in a query are not.
# `name_turned` begins with the last word of a name, `phone_key` is the digits read backwards: a number is known by
# its end, however its beginning is written.
KEYS = {
    "number_key": "lower(external_id)",
    "name_key": "lower(name)",
    "name_turned": r"lower(regexp_replace(name, '^(.*)\s(\S+)$', '\2 \1'))",
    "email_key": "lower(email)",
    "phone_key": r"reverse(regexp_replace(phone, '\D', '', 'g'))",
    "account_key": "lower(account)",
}
STATEMENTS = [
    migrations.RunSQL(
        [
            f'ALTER TABLE journeys_customer ADD COLUMN {name} text COLLATE "C" GENERATED ALWAYS AS ({made_of}) STORED',
            f"CREATE INDEX customer_{name} ON journeys_customer (tenant_id, {name}) WHERE {name} <> ''",
        ],
        migrations.RunSQL.noop,
    )
    for name, made_of in KEYS.items()
] + [
    # Pages of counts keep room, so that a count that changes stays on its page and its index entry stands.
    migrations.RunSQL("ALTER TABLE journeys_pathrollup SET (fillfactor = 60)", migrations.RunSQL.noop)
]
