"""How worker and clock say that they are ready: by a file, as to ask them would take a broker that answers."""

import os
from pathlib import Path
from typing import Any

from celery import signals


@signals.worker_ready.connect
@signals.beat_init.connect
def say_ready(**_: Any) -> None:
    """Make the file CX_READY_FILE, where it is set: the worker takes tasks, or the clock runs."""
    if file := os.environ.get("CX_READY_FILE"):
        Path(file).touch()
