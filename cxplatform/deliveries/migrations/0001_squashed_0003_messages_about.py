"""One step from nothing to where the first 3 led; installations that took those go on from there."""

import cxplatform.ids
import cxplatform.tenancy.context
from django.db import migrations, models
import django.db.models.deletion
import django.db.models.functions.datetime

from cxplatform.tenancy.migrating import AtOnce
from cxplatform.tenancy.rls import EnableRLS

BEHIND_POLICIES = [
    "OutgoingMessage",
]


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("deliveries", "0001_initial"),
        ("deliveries", "0002_messages_to_customers"),
        ("deliveries", "0003_messages_about"),
    ]
    dependencies = [
        ("tenancy", "0002_key_rotation"),
    ]
    operations = [
        AtOnce([
            migrations.CreateModel(
                name='OutgoingMail',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('tenant_id', models.BigIntegerField(null=True)),
                    ('to', models.EmailField(max_length=254)),
                    ('subject', models.CharField(max_length=300)),
                    ('text', models.TextField()),
                    ('html', models.TextField(blank=True)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                    ('not_before', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                    ('attempts', models.PositiveSmallIntegerField(default=0)),
                    ('sent_at', models.DateTimeField(null=True)),
                    ('error', models.TextField(blank=True)),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('sent_at', None)), fields=['not_before'], name='mail_waiting')],
                },
            ),
            migrations.CreateModel(
                name='OutgoingMessage',
                fields=[
                    ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                    ('id', models.UUIDField(default=cxplatform.ids.uuid7, editable=False)),
                    ('by', models.CharField(choices=[('email', 'e-mail'), ('sms', 'text message')], max_length=10)),
                    ('about', models.UUIDField(null=True)),
                    ('to', models.CharField(max_length=254)),
                    ('sender', models.CharField(blank=True, default='', max_length=200)),
                    ('subject', models.CharField(blank=True, default='', max_length=300)),
                    ('text', models.TextField()),
                    ('html', models.TextField(blank=True, default='')),
                    ('headers', models.JSONField(blank=True, default=dict)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('not_before', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                    ('attempts', models.PositiveSmallIntegerField(default=0)),
                    ('sent_at', models.DateTimeField(null=True)),
                    ('given_up_at', models.DateTimeField(null=True)),
                    ('error', models.CharField(blank=True, default='', max_length=1000)),
                    ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
                ],
                options={
                    'verbose_name': 'outgoing message',
                    'verbose_name_plural': 'outgoing messages',
                    'indexes': [models.Index(condition=models.Q(('given_up_at', None), ('sent_at', None)), fields=['tenant', 'not_before'], name='message_waiting'), models.Index(fields=['tenant', 'created_at'], name='message_by_time'), models.Index(condition=models.Q(('given_up_at__isnull', False)), fields=['tenant', 'given_up_at'], name='message_given_up'), models.Index(condition=models.Q(('given_up_at', None), ('sent_at', None)), fields=['tenant', 'about'], name='message_about')],
                },
            ),
            *[EnableRLS(name) for name in BEHIND_POLICIES],
        ]),
    ]
