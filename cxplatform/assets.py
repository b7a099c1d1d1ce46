"""Whether the collected static files are those of the program that runs."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders


def fingerprint() -> str:
    """Changes when any static file, ours or a package's, is added, removed or changed."""
    lines = [
        f"{path} {status.st_size} {status.st_mtime_ns}"
        for finder in get_finders()
        for path, storage in finder.list([])
        for status in [Path(storage.path(path)).stat()]
    ]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def are_collected() -> bool:
    """Whether `collectstatic` has run since the files last changed."""
    return _note().exists() and _note().read_text() == fingerprint()


def note_collected() -> None:
    """Remember that these files were collected."""
    _note().write_text(fingerprint())


def _note() -> Path:
    return Path(settings.STATIC_ROOT) / "fingerprint"
