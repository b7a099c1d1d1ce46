"""The Celery application; every task of ours derives from `cxplatform.tenancy.tasks.TenantTask`."""

import os

from celery import Celery

from cxplatform import readiness  # noqa: F401 (listens)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxplatform.settings")

app = Celery("cxplatform")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
