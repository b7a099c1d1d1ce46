"""The Celery application; every task of ours derives from `cxplatform.tenancy.tasks.TenantTask`."""

import os

from celery import Celery

from cxplatform import readiness  # noqa: F401 (listens)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxplatform.settings")

app = Celery("cxplatform")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Celery would close the connection before and after each task, and a claim pay for a new one: plans, caches of the
# catalogue, temporary tables. Our tasks close what is broken or older than CONN_MAX_AGE (cxplatform.tenancy.tasks).
app.conf.CELERY_DB_REUSE_MAX = 1_000_000
app.autodiscover_tasks()
