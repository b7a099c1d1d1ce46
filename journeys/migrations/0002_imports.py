import cxplatform.tenancy.context
import django.db.models.deletion
from django.db import migrations, models

from cxplatform.tenancy.rls import EnableRLS


class Migration(migrations.Migration):

    dependencies = [
        ('journeys', '0001_initial'),
        ('tenancy', '0001_initial'),
    ]

    operations = [
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
        EnableRLS("Import"),
    ]
