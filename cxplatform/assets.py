"""Collected static files: made again when they are not those of the program that runs."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def fingerprint() -> str:
    """Changes when any static file, ours or a package's, is added, removed or changed."""
    lines = [
        f"{path} {status.st_size} {status.st_mtime_ns}"
        for finder in get_finders()
        for path, storage in finder.list([])
        for status in [Path(storage.path(path)).stat()]
    ]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def collect() -> None:
    """Collect the static files, unless they are as they were when collected last."""
    note = Path(settings.STATIC_ROOT) / "fingerprint"
    found = fingerprint()
    if note.exists() and note.read_text() == found:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    note.write_text(found)
