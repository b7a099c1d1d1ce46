"""Compile translations: `.po` are committed, `.mo` are made here, as a fresh machine has no GNU gettext."""

import io
import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).resolve().parent.parent / "locale"


def compile_catalogues(folder: Path = LOCALES) -> list[Path]:
    """Write the `.mo` beside each `.po` that has changed since; returns those written.

    Processes may do this at once: each file is replaced whole.
    """
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3], abort_invalid=True)
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        fresh = target.with_suffix(f".{os.getpid()}.mo")
        fresh.write_bytes(compiled.getvalue())
        fresh.replace(target)
        written.append(target)
    return written


if __name__ == "__main__":
    compile_catalogues()
