"""One step from nothing to where the first 4 led; installations that took those go on from there."""

import cxplatform.tenancy.context
import django.core.validators
from django.db import migrations, models
import django.db.models.deletion

from cxplatform.tenancy.migrating import AtOnce
from cxplatform.tenancy.rls import EnableRLS, TenantReference

REFERENCES = [
    ("Target", "touchpoint_id", "journeys_touchpoint"),
    ("Target", "stage_id", "journeys_stage"),
    ("KpiValue", "series_id", "dashboards_kpiseries"),
    ("Population", "dimension_id", "journeys_dimension"),
    ("ChannelCost", "channel_id", "journeys_channel"),
]

BEHIND_POLICIES = [
    "Target", "KpiSeries", "KpiValue", "Population", "ChannelCost",
]


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("dashboards", "0001_initial"),
        ("dashboards", "0002_kpis"),
        ("dashboards", "0003_customer_base"),
        ("dashboards", "0004_channel_costs"),
    ]
    dependencies = [
        ("journeys", "0009_firings"),
        ("tenancy", "0002_key_rotation"),
    ]
    operations = [
        AtOnce([
            migrations.CreateModel(
                name='ChannelCost',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('month', models.DateField(verbose_name='month')),
                    ('amount', models.DecimalField(decimal_places=2, max_digits=14, validators=[django.core.validators.MinValueValidator(0)], verbose_name='amount')),
                    ('currency', models.CharField(default='EUR', max_length=3, validators=[django.core.validators.RegexValidator('^[A-Z]{3}$', 'Use three capital letters, such as EUR.')], verbose_name='currency')),
                    ('source', models.CharField(blank=True, max_length=100, verbose_name='source')),
                    ('told_at', models.DateTimeField(auto_now=True)),
                    ('channel', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='journeys.channel', verbose_name='channel')),
                    ('tenant', models.ForeignKey(db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
                ],
                options={
                    'verbose_name': 'cost of a channel',
                    'verbose_name_plural': 'costs of channels',
                    'ordering': ['-month', 'channel', 'id'],
                    'abstract': False,
                    'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='dashboards_channelcost_tenant_id'), models.UniqueConstraint(fields=('tenant', 'channel', 'month'), name='channel_cost_once')],
                },
            ),
            migrations.CreateModel(
                name='KpiSeries',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('slug', models.SlugField(max_length=100, verbose_name='identifier')),
                    ('name', models.CharField(max_length=200, verbose_name='name')),
                    ('unit', models.CharField(blank=True, max_length=40, verbose_name='unit of measure')),
                    ('grain', models.CharField(choices=[('week', 'week'), ('month', 'month')], default='month', max_length=5, verbose_name='by')),
                    ('source', models.CharField(blank=True, max_length=100, verbose_name='source')),
                    ('tenant', models.ForeignKey(db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
                ],
                options={
                    'verbose_name': 'KPI',
                    'verbose_name_plural': 'KPIs',
                    'ordering': ['name', 'id'],
                    'abstract': False,
                    'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='dashboards_kpiseries_tenant_id'), models.UniqueConstraint(fields=('tenant', 'slug'), name='kpi_series_slug')],
                },
            ),
            migrations.CreateModel(
                name='KpiValue',
                fields=[
                    ('pk', models.CompositePrimaryKey('tenant_id', 'series_id', 'start', blank=True, editable=False, primary_key=True, serialize=False)),
                    ('start', models.DateField()),
                    ('value', models.FloatField()),
                    ('told_at', models.DateTimeField(auto_now=True)),
                    ('series', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='values', to='dashboards.kpiseries')),
                    ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
                ],
                options={
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='Population',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('as_of', models.DateField(verbose_name='as of')),
                    ('source', models.CharField(help_text='Where the shares come from, for example the customer register.', max_length=200, verbose_name='source')),
                    ('shares', models.JSONField(default=dict, verbose_name='shares')),
                    ('dimension', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='journeys.dimension', verbose_name='dimension')),
                    ('tenant', models.ForeignKey(db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
                ],
                options={
                    'verbose_name': 'customer base',
                    'verbose_name_plural': 'customer base',
                    'ordering': ['dimension__name', '-as_of', 'id'],
                    'abstract': False,
                    'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='dashboards_population_tenant_id'), models.UniqueConstraint(fields=('tenant', 'dimension', 'as_of'), name='population_once', violation_error_message='The shares of this dimension and day are there already.')],
                },
            ),
            migrations.CreateModel(
                name='Target',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('metric', models.CharField(max_length=40, verbose_name='metric')),
                    ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                    ('value', models.FloatField(verbose_name='target')),
                    ('stage', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='journeys.stage', verbose_name='stage')),
                    ('tenant', models.ForeignKey(db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
                    ('touchpoint', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='journeys.touchpoint', verbose_name='touchpoint')),
                ],
                options={
                    'verbose_name': 'target',
                    'verbose_name_plural': 'targets',
                    'ordering': ['-year', 'metric', 'id'],
                    'abstract': False,
                    'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='dashboards_target_tenant_id'), models.UniqueConstraint(fields=('tenant', 'metric', 'year', 'touchpoint', 'stage'), name='target_once', nulls_distinct=False, violation_error_message='There is already a target for this metric, place and year.'), models.CheckConstraint(condition=models.Q(('touchpoint', None), ('stage', None), _connector='OR'), name='target_one_place', violation_error_message='Choose a touchpoint or a stage, not both.')],
                },
            ),
            *[TenantReference(*reference) for reference in REFERENCES],
            *[EnableRLS(name) for name in BEHIND_POLICIES],
        ]),
    ]
