"""An import that is stopped, however rudely, goes on where it was: no row twice, none left out."""

import csv
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.importing.events import EVENTS
from journeys.importing.rows import FileError
from journeys.importing.run import BATCH, Progress, run
from journeys.models import Event, Import
from tests.factories import make_tenant

MAPPING = """
source = "desk"
[event]
id = "{no}"
type = "case.{state}"
time = "{when}"
"""
ROOT = Path(__file__).resolve().parents[2]


class Files:
    """A file of `rows` rows, every hundredth of them bad, and the paths that go with it."""

    def __init__(self, folder: Path, rows: int) -> None:
        self.path, self.mapping, self.rejected = (folder / name for name in ("rows.csv", "map.toml", "rejected.csv"))
        self.mapping.write_text(MAPPING)
        self.rows, self.bad = rows, list(range(100, rows + 1, 100))
        with self.path.open("w") as file:
            file.write("no,state,when\n")
            file.writelines(f"{n},open,{'never' if n % 100 == 0 else '2026-03-01 12:00'}\n" for n in range(1, rows + 1))

    @property
    def rejected_rows(self) -> list[int]:
        with self.rejected.open(newline="") as file:
            return [int(row["rejected_row"]) for row in csv.DictReader(file)]

    @property
    def options(self) -> list[str]:
        return [str(self.path), "--mapping", str(self.mapping), "--rejected", str(self.rejected)]


def import_events(tenant: Tenant, files: Files, report=lambda progress: None) -> Progress:
    return run(
        EVENTS,
        tenant=tenant,
        path=files.path,
        mapping_path=files.mapping,
        rejected_path=files.rejected,
        report=report,
    )


def assert_whole(tenant: Tenant, files: Files) -> None:
    with activate(tenant.pk):
        assert Event.objects.count() == files.rows - len(files.bad)
        done = Import.objects.get()
    assert (done.rows, done.accepted, done.duplicates, done.rejected) == (
        files.rows, files.rows - len(files.bad), 0, len(files.bad),
    )  # fmt: skip
    assert done.finished_at
    assert files.rejected_rows == files.bad


@pytest.mark.django_db
def test_after_an_interruption_it_goes_on(tmp_path: Path) -> None:
    tenant, files = make_tenant(), Files(tmp_path, 3 * BATCH)
    seen: list[Progress] = []

    def interrupt(progress: Progress) -> None:
        seen.append(progress)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_events(tenant, files, interrupt)
    # As a crash between writing and committing leaves it: rows that the database does not know of.
    with files.rejected.open("a") as file:
        file.write("10100,half a ro")
    assert import_events(tenant, files, seen.append) == Progress(15_000, 1.0, 14_850, 0, 150)
    assert [progress.rows for progress in seen] == [5_000, 10_000, 15_000]
    assert_whole(tenant, files)


@pytest.mark.django_db
def test_two_at_once_do_not_count_a_row_twice(tmp_path: Path) -> None:
    tenant, files = make_tenant(), Files(tmp_path, 2 * BATCH)

    def another(progress: Progress) -> None:
        if progress.rows == BATCH:
            import_events(tenant, files)

    with pytest.raises(FileError, match="another import of the same file is running"):
        import_events(tenant, files, another)
    assert_whole(tenant, files)


@pytest.mark.django_db(transaction=True)
def test_killed_it_goes_on(tmp_path: Path) -> None:
    tenant, files = make_tenant(), Files(tmp_path, 4 * BATCH)
    command = [sys.executable, "manage.py", "import_events", "--tenant", tenant.slug, *files.options]
    name = connection.settings_dict["NAME"]
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    child = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"DATABASE_URL": url}, stdout=subprocess.DEVNULL)
    try:
        while not rows_done(tenant):
            assert child.poll() is None, "the import ended before it could be killed"
            time.sleep(0.01)
    finally:
        child.kill()
        child.wait()
    assert 0 < rows_done(tenant) < files.rows
    call_command("import_events", *files.options, "--tenant", tenant.slug)
    assert_whole(tenant, files)


def rows_done(tenant: Tenant) -> int:
    with activate(tenant.pk):
        return Import.objects.values_list("rows", flat=True).first() or 0


@pytest.mark.django_db
def test_where_rejects_cannot_be_written_nothing_of_the_batch_is_stored(tmp_path: Path) -> None:
    tenant, files = make_tenant(), Files(tmp_path, 200)
    files.rejected = tmp_path / "no" / "such" / "folder.csv"
    with pytest.raises(CommandError, match=r"folder\.csv: cannot be written .*name another place with --rejected"):
        call_command("import_events", *files.options, "--tenant", tenant.slug)
    with activate(tenant.pk):
        assert not Event.objects.exists()
    files.rejected = tmp_path / "rejected.csv"
    call_command("import_events", *files.options, "--tenant", tenant.slug)
    assert_whole(tenant, files)
