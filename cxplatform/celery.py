"""The Celery application; every task of ours derives from `cxplatform.tenancy.tasks.TenantTask`."""

import gc
import os
from typing import Any

from celery import Celery, signals

from cxplatform import readiness  # noqa: F401 (listens)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxplatform.settings")

app = Celery("cxplatform")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Celery would close the connection before and after each task, and a claim pay for a new one: plans, caches of the
# catalogue, temporary tables. Our tasks close what is broken or older than CONN_MAX_AGE (cxplatform.tenancy.tasks).
app.conf.CELERY_DB_REUSE_MAX = 1_000_000
app.autodiscover_tasks()


@signals.worker_process_init.connect
def leave_the_program_alone(**_: Any) -> None:
    """What is there once the program is loaded stays: looking through it for garbage took a tenth of counting."""
    gc.collect()
    gc.freeze()
