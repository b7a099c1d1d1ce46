"""A file brought in by the browser: kept, run in the background, forgotten after a day."""

import csv
import re
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import structlog
from django.db import InterfaceError, OperationalError, models
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cxplatform.tenancy.context import activate, current_actor
from cxplatform.tenancy.models import Tenant
from journeys.importing.offers import offer as offer_of
from journeys.importing.plan import Plan, Written, write
from journeys.importing.reasons import sentence, telling
from journeys.importing.recipes import MappingError
from journeys.importing.rejected import rejected_rows, workbook
from journeys.importing.rows import FileError
from journeys.importing.run import AlreadyImported, Progress, Unfit, run
from journeys.importing.table import Table, TableError, open_table
from journeys.models import Upload

KEPT = timedelta(hours=24)
# A run that has not moved for this long died with its worker.
LOST = timedelta(minutes=10)
# Rejected rows kept for a run that takes over: every batch writes them anew.
MOST_REJECTS = 20 * 1024 * 1024
_State = Upload.State
log = structlog.get_logger(__name__)


def keep(*, offer: str, name: str, data: bytes, sheet: str) -> Upload:
    """Keep an uploaded file for its columns to be checked."""
    return Upload.objects.create(  # type: ignore[no-any-return]
        offer=offer,
        file_name=name[-200:],
        sheet=sheet,
        content=data,
        language=translation.get_language() or "",
        uploaded_by=current_actor().label[:300],
    )


def start(upload: Upload, *, columns: list[str], sheet: str) -> bool:
    """Let it run with these columns; False where it already does, or did."""
    begun = Upload.objects.filter(pk=upload.pk, state=_State.NEW).update(
        state=_State.WAITING, columns=columns, sheet=sheet, touched_at=timezone.now()
    )
    return bool(begun)


def bring_in(tenant_id: int, upload_id: int) -> None:
    """Run an upload that waits, or whose worker died, to its end; anything else is left alone.

    Every batch is a transaction of its own, which also keeps how far it is and the rows rejected so far.
    """
    with activate(tenant_id):
        upload = _claimed(upload_id)
        if upload is None:
            return
        tenant = Tenant.objects.get(pk=tenant_id)
        offer = offer_of(upload.offer)
    with translation.override(upload.language or tenant.language), tempfile.TemporaryDirectory() as folder:
        try:
            if offer is None:
                raise TableError(_("What the file holds can no longer be taken in: the survey is gone."))
            _run(tenant, upload, Plan.of(offer, upload.columns), Path(folder))
        except (TableError, MappingError, FileError) as error:
            _end(tenant, upload, state=_State.FAILED, message=str(error))
        except (OperationalError, InterfaceError):
            raise  # the database is away: the task tries again
        except Exception:
            log.exception("upload stopped at a fault", tenant_id=tenant_id, upload_id=upload_id)
            _end(
                tenant,
                upload,
                state=_State.FAILED,
                message=_(
                    "The import stopped at a fault of this program. Rows counted as taken in stay. "
                    "Upload the file again; if it stops again, tell the administrator."
                ),
            )


def _claimed(upload_id: int) -> Upload | None:
    now = timezone.now()
    waiting = models.Q(state=_State.WAITING) | models.Q(state=_State.RUNNING, touched_at__lt=now - LOST)
    if not Upload.objects.filter(waiting, pk=upload_id, content__isnull=False).update(
        state=_State.RUNNING, touched_at=now
    ):
        return None
    return Upload.objects.get(pk=upload_id)  # type: ignore[no-any-return]


def _run(tenant: Tenant, upload: Upload, plan: Plan, folder: Path) -> None:
    table = open_table(bytes(upload.content), sheet=upload.sheet)
    if len(table.columns) != len(plan.targets):
        raise TableError(_("The columns were chosen for another sheet. Upload the file again."))
    paths = _Paths(folder, upload.file_name)
    written = write(table, plan, plain=paths.plain, shown=paths.shown)
    paths.mapping.write_text(plan.toml(f"upload {upload.pk}"), encoding="utf-8")
    if upload.rejects:
        paths.rejected.write_bytes(bytes(upload.rejects))

    kept = len(upload.rejects or b"")

    def keep_batch(done: Progress) -> None:
        nonlocal kept
        size = paths.rejected.stat().st_size if paths.rejected.exists() else 0
        more = {}
        if size != kept and size <= MOST_REJECTS:
            more, kept = {"rejects": paths.rejected.read_bytes()}, size
        Upload.objects.filter(pk=upload.pk).update(
            rows=done.rows,
            share=done.rows / max(written.count, 1),
            accepted=done.accepted,
            duplicates=done.duplicates,
            rejected=done.rejected,
            touched_at=timezone.now(),
            **more,
        )

    try:
        run(
            telling(plan),
            tenant=tenant,
            path=paths.plain,
            mapping_path=paths.mapping,
            rejected_path=paths.rejected,
            keep=keep_batch,
        )
    except Unfit:
        reasons = rejected_rows(paths.rejected)
        _end(
            tenant,
            upload,
            state=_State.FAILED,
            message=_("Every row was rejected, so nothing was taken in. Check which column is what."),
            rows=len(reasons),
            rejected=len(reasons),
            result=_result(table, written, paths),
        )
    except AlreadyImported:
        # The worker was lost between the last row and the end; the counts were kept with the last batch.
        _done(tenant, upload, table, written, paths)
    else:
        _done(tenant, upload, table, written, paths)


def _done(tenant: Tenant, upload: Upload, table: Table, written: Written, paths: "_Paths") -> None:
    with activate(tenant.pk):
        rejected = Upload.objects.values_list("rejected", flat=True).get(pk=upload.pk)
    listed, result = len(rejected_rows(paths.rejected)), _result(table, written, paths)
    message = ""
    if listed < rejected:
        message = _("Only %(listed)d of the rejected rows could be kept for the file of rejected rows.") % {
            "listed": listed
        }
    _end(tenant, upload, state=_State.DONE, share=1, message=message, result=result)


class _Paths:
    def __init__(self, folder: Path, name: str) -> None:
        safe = re.sub(r"[^\w. -]", "_", name).strip(". ")[-100:] or "file"
        self.plain, self.shown = folder / safe, folder / "shown.rows"
        self.mapping, self.rejected = folder / "mapping.rows", folder / "rejected.rows"


def _result(table: Table, written: Written, paths: _Paths) -> bytes | None:
    reasons = rejected_rows(paths.rejected)
    if not reasons:
        return None

    def rows() -> Iterator[tuple[int, str, list[str]]]:
        with paths.shown.open(encoding="utf-8", newline="") as file:
            for place, cells in enumerate(csv.reader(file), start=1):
                if place in reasons:
                    faults = written.errors.get(place)
                    why = (
                        sentence({table.columns[at] or str(at + 1): text for at, text in faults.items()})
                        if faults
                        else reasons[place]
                    )
                    yield written.numbers[place - 1], why, cells

    return workbook(table.columns, rows())


def _end(tenant: Tenant, upload: Upload, **fields: object) -> None:
    now = timezone.now()
    with activate(tenant.pk):
        Upload.objects.filter(pk=upload.pk).update(
            **fields, finished_at=now, touched_at=now, content=None, rejects=None
        )


def lost() -> list[int]:
    """Uploads of the active tenant whose wake-up or worker was lost."""
    now = timezone.now()
    found = models.Q(state=_State.WAITING, touched_at__lt=now - timedelta(seconds=30))
    found |= models.Q(state=_State.RUNNING, touched_at__lt=now - LOST)
    return list(Upload.objects.filter(found, content__isnull=False).values_list("pk", flat=True))


def forget() -> int:
    """Drop the active tenant's files that are over a day old; how many. Who, when and counts stay.

    A run that was lost again and again by then is given up: the file goes with it.
    """
    now = timezone.now()
    old = Upload.objects.filter(uploaded_at__lt=now - KEPT)
    for upload in old.filter(state=_State.RUNNING, touched_at__lt=now - LOST).only("language"):
        with translation.override(upload.language or translation.get_language()):
            message = _("The import could not be finished within a day. Rows counted as taken in stay.")
        Upload.objects.filter(pk=upload.pk).update(state=_State.FAILED, message=message, finished_at=now)
    over = old.exclude(state__in=(_State.WAITING, _State.RUNNING))
    return over.filter(models.Q(content__isnull=False) | models.Q(result__isnull=False)).update(  # type: ignore[no-any-return]
        content=None, rejects=None, result=None
    )
