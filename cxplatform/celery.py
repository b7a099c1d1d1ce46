"""The Celery application; every task of ours derives from `cxplatform.tenancy.tasks.TenantTask`."""

import os
from pathlib import Path
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxplatform.settings")

app = Celery("cxplatform")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.worker_ready.connect
@signals.beat_init.connect
def say_ready(**_: Any) -> None:
    """Let the supervisor see, by a file, that the worker takes tasks or the clock runs."""
    if file := os.environ.get("CX_READY_FILE"):
        Path(file).touch()
