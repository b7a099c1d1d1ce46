"""An import command run on a mapping and rows given as text."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import call_command


@dataclass(frozen=True)
class Outcome:
    """What an import command said, and its file of rejected rows."""

    said: str
    rejected: bytes

    @property
    def numbers(self) -> tuple[int, int, int]:
        """Accepted, duplicates, rejected."""
        found = dict(re.findall(r"^  (\w+) +([\d,]+)", self.said, re.MULTILINE))
        accepted, duplicates, rejected = (
            int(found[name].replace(",", "")) for name in ("accepted", "duplicates", "rejected")
        )
        return accepted, duplicates, rejected


Importing = Callable[..., Outcome]


@pytest.fixture
def importing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Importing:
    def run(command: str, tenant: str, mapping: str, rows: str | bytes, *options: str) -> Outcome:
        (tmp_path / "mapping.toml").write_text(mapping, encoding="utf-8")
        path, rejected = tmp_path / "rows.csv", tmp_path / "rows.csv.rejected.csv"
        path.write_bytes(rows.encode() if isinstance(rows, str) else rows)
        call_command(command, str(path), "--tenant", tenant, "--mapping", str(tmp_path / "mapping.toml"), *options)
        return Outcome(capsys.readouterr().out, rejected.read_bytes() if rejected.exists() else b"")

    return run
