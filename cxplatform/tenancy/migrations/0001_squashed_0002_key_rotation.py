"""One step from nothing to where the first 2 led; installations that took those go on from there."""

import cxplatform.ids
import cxplatform.tenancy.context
import cxplatform.tenancy.models
from django.conf import settings
import django.contrib.postgres.fields
import django.core.validators
from django.db import migrations, models
import django.db.models.deletion
import django.utils.timezone

from cxplatform.tenancy.migrating import AtOnce
from cxplatform.tenancy.rls import EnableRLS

BEHIND_POLICIES = [
    "AuditEntry",
]


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("tenancy", "0001_initial"),
        ("tenancy", "0002_key_rotation"),
    ]
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [
        AtOnce([
            migrations.CreateModel(
                name='User',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                    ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                    ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                    ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                    ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                    ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                    ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail')),
                    ('language', models.CharField(blank=True, max_length=5, verbose_name='language')),
                    ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                    ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ],
                options={
                    'verbose_name': 'user',
                    'verbose_name_plural': 'users',
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='Tenant',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=200, verbose_name='name')),
                    ('slug', models.CharField(max_length=50, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$', 'Use small letters a-z, digits and hyphens, at most 50.')], verbose_name='address')),
                    ('language', models.CharField(default='fi', max_length=5, verbose_name='language')),
                    ('timezone', models.CharField(default='Europe/Helsinki', max_length=64, validators=[cxplatform.tenancy.models.valid_timezone], verbose_name='time zone')),
                    ('formal_address', models.BooleanField(default=False, verbose_name='formal address (teitittely)')),
                    ('brand_colour', models.CharField(default='#0b5cad', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-fA-F]{6}$', 'Write the colour as # and six hexadecimal digits.')], verbose_name='brand colour')),
                    ('anonymity_minimum', models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MinValueValidator(3, 'Groups under 3 are never shown.')], verbose_name='smallest group shown')),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                ],
                options={
                    'verbose_name': 'organisation',
                    'verbose_name_plural': 'organisations',
                    'constraints': [models.CheckConstraint(condition=models.Q(('anonymity_minimum__gte', 3)), name='tenant_anonymity_floor')],
                },
            ),
            migrations.CreateModel(
                name='ApiKey',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=100, verbose_name='name')),
                    ('prefix', models.CharField(editable=False, max_length=12, verbose_name='begins with')),
                    ('hash', models.CharField(editable=False, max_length=64, unique=True)),
                    ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('events:write', 'Send events'), ('responses:write', 'Send answers'), ('definitions:write', 'Change customers, journeys, surveys and promises'), ('read', 'Read'), ('customers:read', 'Read who customers are')], max_length=30), size=None, verbose_name='scopes')),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='expires')),
                    ('last_used_at', models.DateTimeField(blank=True, null=True, verbose_name='last used')),
                    ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked')),
                    ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_keys', to='tenancy.tenant')),
                    ('previous_hash', models.CharField(blank=True, editable=False, max_length=64, null=True, unique=True)),
                    ('previous_until', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='old secret works until')),
                ],
                options={
                    'verbose_name': 'API key',
                    'verbose_name_plural': 'API keys',
                    'constraints': [models.UniqueConstraint(fields=('tenant', 'name'), name='api_key_name')],
                },
            ),
            migrations.CreateModel(
                name='AuditEntry',
                fields=[
                    ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                    ('id', models.UUIDField(default=cxplatform.ids.uuid7, editable=False)),
                    ('at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('actor', models.CharField(max_length=300)),
                    ('user_id', models.BigIntegerField(null=True)),
                    ('key_id', models.BigIntegerField(null=True)),
                    ('action', models.CharField(max_length=30)),
                    ('model', models.CharField(max_length=100)),
                    ('object_id', models.CharField(max_length=64)),
                    ('object_label', models.CharField(max_length=300)),
                    ('changes', models.JSONField(default=dict)),
                    ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
                ],
                options={
                    'indexes': [models.Index(fields=['tenant', 'model', 'object_id', 'id'], name='audit_by_object')],
                },
            ),
            migrations.CreateModel(
                name='Invitation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('email', models.EmailField(max_length=254, verbose_name='e-mail')),
                    ('role', models.CharField(choices=[('admin', 'Admin'), ('cx_lead', 'CX lead'), ('viewer', 'Viewer (leadership)'), ('unit_manager', 'Unit manager'), ('handler', 'Handler'), ('employee', 'Employee')], default='viewer', max_length=20, verbose_name='role')),
                    ('unit_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None)),
                    ('token_hash', models.CharField(editable=False, max_length=64, unique=True)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('expires_at', models.DateTimeField()),
                    ('accepted_at', models.DateTimeField(blank=True, null=True)),
                    ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='tenancy.tenant')),
                ],
                options={
                    'verbose_name': 'invitation',
                    'verbose_name_plural': 'invitations',
                },
            ),
            migrations.CreateModel(
                name='Membership',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('role', models.CharField(choices=[('admin', 'Admin'), ('cx_lead', 'CX lead'), ('viewer', 'Viewer (leadership)'), ('unit_manager', 'Unit manager'), ('handler', 'Handler'), ('employee', 'Employee')], max_length=20, verbose_name='role')),
                    ('unit_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None, verbose_name='units')),
                    ('sees_identity', models.BooleanField(default=False, verbose_name='sees customer identity')),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                    ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='tenancy.tenant')),
                ],
                options={
                    'verbose_name': 'member',
                    'verbose_name_plural': 'members',
                    'constraints': [models.UniqueConstraint(fields=('tenant', 'user'), name='membership_once')],
                },
            ),
            *[EnableRLS(name) for name in BEHIND_POLICIES],
        ]),
    ]
