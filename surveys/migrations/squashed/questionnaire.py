"""What is asked, and the ways to answer."""

import cxplatform.tenancy.context
import django.contrib.postgres.fields
import django.core.validators
from django.db import migrations, models
import django.db.models.deletion
import surveys.models.asking
import surveys.models.sms

TABLES = [
    migrations.CreateModel(
        name='Survey',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('name', models.CharField(max_length=200, verbose_name='name')),
            ('slug', models.CharField(help_text='The name integrations use. Changing it later breaks them.', max_length=100, validators=[django.core.validators.RegexValidator('^[a-z0-9][a-z0-9_.-]{0,99}$', 'Use small letters a-z, digits, hyphens, dots and underscores, at most 100.')], verbose_name='identifier')),
            ('description', models.TextField(blank=True, verbose_name='description')),
            ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='archived')),
            ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
            ('kind', models.CharField(choices=[('transaction', 'transaction'), ('relationship', 'relationship'), ('recall', 'recall, weeks later'), ('onboarding', 'onboarding of a new customer'), ('mirror', 'mirror: staff guess what customers answer')], default='transaction', max_length=20, verbose_name='kind')),
            ('audience', models.CharField(choices=[('customer', 'customers'), ('employee', 'employees')], default='customer', max_length=20, verbose_name='asked of')),
            ('privacy_notice', models.TextField(blank=True, verbose_name='privacy notice')),
            ('tenant', models.ForeignKey(db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
            ('touchpoint', models.ForeignKey(blank=True, db_constraint=False, help_text='Where answers belong when the answer itself does not say.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='surveys', to='journeys.touchpoint', verbose_name='touchpoint')),
            ('anonymous', models.BooleanField(default=False, help_text='Answers are stored without customer, address or invitation. Nobody can be contacted about one.', verbose_name='anonymous')),
            ('legal_basis', models.CharField(choices=[('interest', 'legitimate interest'), ('consent', 'consent'), ('contract', 'contract'), ('public', 'public task')], default='interest', help_text='Shown to respondents beside the privacy notice.', max_length=20, verbose_name='legal basis')),
            ('prize_draw', models.TextField(blank=True, help_text='The rules of the draw, shown after answering; empty = no draw. Entries are kept apart.', verbose_name='prize draw')),
            ('journey', models.ForeignKey(blank=True, db_constraint=False, help_text='Recall questions offer its touchpoints.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journeys.journey', verbose_name='journey')),
            ('long_because', models.CharField(blank=True, default='', help_text='Long surveys are left unfinished. An admin may allow one, saying why; it is kept in history.', max_length=300, verbose_name='why more than five questions')),
        ],
        options={
            'verbose_name': 'survey',
            'verbose_name_plural': 'surveys',
            'ordering': ['name', 'id'],
            'abstract': False,
            'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='surveys_survey_tenant_id'), models.UniqueConstraint(fields=('tenant', 'slug'), name='surveys_survey_slug', violation_error_message='This identifier is already in use. Choose another.')],
        },
    ),
    migrations.CreateModel(
        name='Question',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('position', models.PositiveIntegerField(default=0, verbose_name='order')),
            ('key', models.SlugField(help_text='The name integrations use for the answer.', verbose_name='key')),
            ('metric', models.CharField(max_length=120, verbose_name='question type')),
            ('wording', models.JSONField(blank=True, default=dict, help_text='By language; empty = the standard wording.', verbose_name='own wording')),
            ('required', models.BooleanField(default=False, verbose_name='required')),
            ('tenant', models.ForeignKey(db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
            ('survey', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='surveys.survey', verbose_name='survey')),
            ('only_if', models.JSONField(blank=True, default=dict, verbose_name='asked only if')),
            ('options', models.JSONField(blank=True, default=list, verbose_name='options and other words')),
        ],
        options={
            'verbose_name': 'question',
            'verbose_name_plural': 'questions',
            'ordering': ['survey', 'position', 'id'],
            'abstract': False,
            'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='surveys_question_tenant_id'), models.UniqueConstraint(fields=('tenant', 'survey', 'key'), name='question_key', violation_error_message='Another question of this survey has this key.')],
        },
    ),
    migrations.CreateModel(
        name='SurveyVersion',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('number', models.PositiveIntegerField()),
            ('questions', models.JSONField()),
            ('published_at', models.DateTimeField(auto_now_add=True)),
            ('survey', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='surveys.survey')),
            ('tenant', models.ForeignKey(db_index=False, default=cxplatform.tenancy.context.active_tenant_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
            ('long_because', models.CharField(blank=True, default='', max_length=300)),
        ],
        options={
            'ordering': ['survey', '-number'],
            'abstract': False,
            'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='surveys_surveyversion_tenant_id'), models.UniqueConstraint(fields=('tenant', 'survey', 'number'), name='survey_version_number')],
        },
    ),
    migrations.CreateModel(
        name='SurveyLink',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('code', models.CharField(default=surveys.models.asking.new_code, max_length=40, unique=True, verbose_name='code')),
            ('survey_id', models.BigIntegerField()),
            ('touchpoint_id', models.BigIntegerField(blank=True, null=True)),
            ('channel_id', models.BigIntegerField(blank=True, null=True)),
            ('unit_id', models.BigIntegerField(blank=True, null=True)),
            ('label', models.CharField(blank=True, max_length=200, verbose_name='name')),
            ('created_at', models.DateTimeField(auto_now_add=True)),
            ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
            ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
            ('is_test', models.BooleanField(default=False, help_text='Answers through this link are kept and count nowhere.', verbose_name='for testing')),
            ('pin_hash', models.CharField(blank=True, default='', editable=False, max_length=200)),
            ('short', models.CharField(default=surveys.models.asking.new_short, editable=False, max_length=10, null=True, unique=True, verbose_name='short code')),
        ],
        options={
            'verbose_name': 'survey link',
            'verbose_name_plural': 'survey links',
        },
    ),
    migrations.CreateModel(
        name='Widget',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('key', models.CharField(default=surveys.models.asking.new_code, max_length=40, unique=True, verbose_name='key')),
            ('name', models.CharField(max_length=200, verbose_name='name')),
            ('survey_id', models.BigIntegerField()),
            ('touchpoint_id', models.BigIntegerField(blank=True, null=True)),
            ('channel_id', models.BigIntegerField(blank=True, null=True)),
            ('origins', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, help_text='Addresses like https://www.example.fi whose pages may show the widget.', size=None, verbose_name='allowed pages')),
            ('settings', models.JSONField(blank=True, default=dict)),
            ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
            ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
        ],
        options={
            'verbose_name': 'widget',
            'verbose_name_plural': 'widgets',
        },
    ),
    migrations.CreateModel(
        name='SmsDoor',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('key', models.CharField(default=surveys.models.sms.new_key, max_length=40, unique=True)),
            ('created_at', models.DateTimeField(auto_now_add=True)),
            ('tenant', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.tenant')),
        ],
        options={
            'verbose_name': 'address for text messages',
            'verbose_name_plural': 'addresses for text messages',
        },
    ),
]
