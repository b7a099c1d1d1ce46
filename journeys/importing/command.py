"""What the import commands have in common: their options, the progress line, the summary."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from cxplatform.pipeline import claim
from cxplatform.tenancy.models import Tenant
from journeys.importing.recipes import MappingError
from journeys.importing.rows import FileError
from journeys.importing.run import AlreadyImported, Kind, Progress, Unfit, run


class ImportCommand(BaseCommand):
    kind: Kind

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV, plain or gzipped")
        parser.add_argument("--tenant", required=True, metavar="ADDRESS", help="the organisation, as in /t/ADDRESS/")
        parser.add_argument("--mapping", required=True, type=Path, help="TOML that says which column becomes what")
        parser.add_argument("--dry-run", action="store_true", help="try every row, store nothing")
        parser.add_argument("--again", action="store_true", help="from the first row, also if it was imported before")
        parser.add_argument("--count", action="store_true", help="count at once instead of leaving it to the workers")
        parser.add_argument("--rejected", type=Path, help="where rejected rows go (default: FILE.rejected.csv)")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        line = ProgressLine(self.stderr)
        try:
            tenant = self._tenant(options["tenant"])
            rejected = options["rejected"] or path.with_name(f"{path.name}.rejected.csv")
            try:
                done = run(
                    self.kind,
                    tenant=tenant,
                    path=path,
                    mapping_path=options["mapping"],
                    rejected_path=rejected,
                    dry_run=options["dry_run"],
                    again=options["again"],
                    report=line.rows,
                )
            except AlreadyImported as error:
                self.stdout.write(_already(error))
                done = None
            if done:
                self.stdout.write(line.summary(done, path=path, rejected=rejected, dry_run=options["dry_run"]))
            if options["count"] and not options["dry_run"]:
                self.stdout.write(f"  counted    {count(tenant, line):>12,}")
        except MappingError as error:
            raise CommandError(f"{options['mapping']}: {error}") from error
        except FileError as error:
            raise CommandError(str(error)) from error
        except Unfit as error:
            raise CommandError(
                f"Every row was rejected, so the mapping does not fit. First, {error}. Rejected rows: {rejected}"
            ) from error
        except OperationalError as error:
            raise CommandError(
                f"The database does not answer ({str(error).strip().splitlines()[0]}). Start it, for example with"
                " `make up`, and run the same command again: it goes on where it was."
            ) from error
        except KeyboardInterrupt:
            line.end()
            raise CommandError("Stopped. Run the same command again to go on.", returncode=130) from None
        finally:
            line.end()

    def _tenant(self, slug: str) -> Tenant:
        found = Tenant.objects.filter(slug=slug).first()
        if found is None:
            known = ", ".join(Tenant.objects.order_by("slug").values_list("slug", flat=True)[:20]) or "none yet"
            raise CommandError(f"--tenant: there is no organisation {slug!r}. There are: {known}")
        return found


def count(tenant: Tenant, line: "ProgressLine") -> int:
    """Count what waits for a tenant, here and now; events counted by this process.

    Returns when nothing waits, also where a worker was counting meanwhile.
    """
    counted = 0
    while True:
        visit = claim.drain(tenant.pk, seconds=1)
        counted += visit.events
        line.counted(counted)
        if visit.busy:
            time.sleep(0.1)
        elif not visit.more:
            return counted


class ProgressLine:
    """One line that tells how far an import is; silent where nobody watches."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.shown = hasattr(stream, "isatty") and stream.isatty()
        self.begun = time.monotonic()
        self.first: int | None = None
        self.width = 0

    def rows(self, progress: Progress) -> None:
        if self.first is None:
            # An earlier run's rows are no part of this run's speed.
            self.first = max(0, progress.rows - 5_000)
        filled = int(progress.share * 30)
        bar = "#" * filled + "." * (30 - filled)
        rejected = f"  {progress.rejected:,} rejected" if progress.rejected else ""
        self._show(f"[{bar}] {progress.share:4.0%}  {progress.rows:,} rows  {self._speed(progress):,.0f}/s{rejected}")

    def counted(self, events: int) -> None:
        self._show(f"counting: {events:,} events")

    def end(self) -> None:
        if self.width:
            self.stream.write("", ending="\n")
            self.width = 0

    def summary(self, done: Progress, *, path: Path, rejected: Path, dry_run: bool) -> str:
        self.end()
        seconds = time.monotonic() - self.begun
        verb = "Tried" if dry_run else "Imported"
        lines = [
            f"{verb} {path.name}: {done.rows:,} rows in {seconds:.1f} s ({self._speed(done):,.0f}/s)",
            f"  accepted   {done.accepted:>12,}",
            f"  duplicates {done.duplicates:>12,}",
            f"  rejected   {done.rejected:>12,}" + (f"  {rejected}" if done.rejected else ""),
        ]
        if dry_run:
            lines.append("Nothing was stored.")
        return "\n".join(lines)

    def _speed(self, progress: Progress) -> float:
        return (progress.rows - (self.first or 0)) / max(time.monotonic() - self.begun, 0.001)

    def _show(self, text: str) -> None:
        if self.shown:
            self.stream.write("\r" + text.ljust(self.width), ending="")
            self.stream.flush()
            self.width = len(text)


def _already(error: AlreadyImported) -> str:
    before = error.before
    return (
        f"{before.file_name} was imported with this mapping on {before.finished_at:%Y-%m-%d %H:%M} UTC"
        f" ({before.accepted:,} accepted, {before.rejected:,} rejected). Nothing was done; --again sends it once more."
    )
