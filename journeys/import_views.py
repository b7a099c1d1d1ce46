"""Data brought in by the browser: upload, check the columns, watch it run, mend what was rejected."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.context import current_actor
from cxplatform.tenancy.roles import Permission
from journeys.importing import offers
from journeys.importing import uploads as files
from journeys.importing.plan import Plan, guessed
from journeys.importing.preview import first_rows, preview
from journeys.importing.table import MOST_BYTES, TableError, open_table
from journeys.models import Upload
from journeys.tasks import bring_in

SHOWN = 30


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def uploads(request: HttpRequest) -> HttpResponse:
    """What was brought in before; posting a file keeps it for its columns to be checked."""
    offered = offers.offers()
    error = ""
    if request.method == "POST":
        try:
            kept = _kept(request, {offer.slug for offer in offered})
        except TableError as fault:
            error = str(fault)
        else:
            return redirect("import_upload", kept.pk)
    names = {offer.slug: offer.label for offer in offered}
    history = [(names.get(one.offer, one.offer), one) for one in Upload.objects.for_list()[:SHOWN]]
    context = {
        **_FRAME,
        "offers": offered,
        "history": history,
        "error": error,
        "chosen": request.POST.get("offer", "")[:200],
    }
    return render(request, "journeys/import.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Its columns and first rows while it is new, then how far it is, then what became of it.

    Posting tries the columns chosen; with `start` it runs.
    """
    found = _found(pk)
    if found.state != Upload.State.NEW:
        if request.method == "POST":
            return redirect("import_upload", pk)
        context = {
            **_FRAME,
            "upload": found,
            "offer": _offer(found),
            "has_result": _has_result(pk),
            "sees": _sees(request, found),
        }
        return render(request, "journeys/import_result.html", context)
    if not _sees(request, found):
        return _not_yours(request)
    offer = _offer(found)
    if offer is None or found.content is None:
        messages.error(request, _("The file is no longer here. Upload it again."))
        return redirect("import")
    sheet = request.POST.get("sheet", found.sheet)[:200]
    try:
        table = open_table(bytes(found.content), sheet=sheet)
        rows = first_rows(table)
    except TableError as error:
        messages.error(request, str(error))
        return redirect("import")
    columns = _columns(request, table.sheet, len(table.columns)) or guessed(table, [cells for _, cells in rows], offer)
    plan = Plan.of(offer, columns)
    tried = preview(rows, plan, zone=request.tenant.zone)  # type: ignore[attr-defined]
    if "start" in request.POST and not tried.faults and rows:
        if files.start(found, columns=[t.key if t else "" for t in plan.targets], sheet=table.sheet):
            bring_in.after_commit(request.tenant.pk, pk)  # type: ignore[attr-defined]
        return redirect("import_upload", pk)
    context = {
        **_FRAME,
        "upload": found,
        "offer": offer,
        "table": table,
        "columns": list(zip(range(len(plan.targets)), table.columns, plan.targets, strict=True)),
        "preview": tried,
        "started": "start" in request.POST,
    }
    partial = request.htmx  # type: ignore[attr-defined]
    return render(request, f"journeys/{'_import_check' if partial else 'import_check'}.html", context)


@require_safe
@never_cache
@requires(Permission.DEFINE)
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, for htmx; the page anew once it is over."""
    found = _found(pk)
    response = render(request, "journeys/_import_progress.html", {"upload": found})
    if not found.active:
        response["HX-Refresh"] = "true"
    return response


@require_safe
@never_cache
@requires(Permission.DEFINE)
def rejected(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows not taken in, as xlsx."""
    found = get_object_or_404(Upload.objects.defer("content", "rejects"), pk=pk)
    if found.result is None:
        raise Http404
    if not _sees(request, found):
        return _not_yours(request)
    response = HttpResponse(
        bytes(found.result), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = f'attachment; filename="rejected-{pk}.xlsx"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@requires(Permission.DEFINE)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a file that was not brought in; that it was there stays in the list."""
    if not Upload.objects.filter(pk=pk).exists():
        raise Http404
    if Upload.objects.filter(pk=pk, state=Upload.State.NEW).update(state=Upload.State.REMOVED, content=None):
        messages.success(request, _("The file was removed."))
    return redirect("import")


_FRAME: dict[str, Any] = {"section": "settings", "here": "import", "most_megabytes": MOST_BYTES // 1024 // 1024}


def _found(pk: int) -> Upload:
    return get_object_or_404(Upload.objects.defer("rejects", "result"), pk=pk)


def _sees(request: HttpRequest, found: Upload) -> bool:
    """Rows hold customers' names and addresses: for whoever uploaded them, and for those who see identity."""
    may = request.membership.may(Permission.SEE_IDENTITY)  # type: ignore[attr-defined]
    return bool(may or found.uploaded_by == current_actor().label[:300])


def _not_yours(request: HttpRequest) -> HttpResponse:
    messages.error(
        request, _("The rows are shown only to whoever uploaded them and to those who see customer identity.")
    )
    return redirect("import")


def _has_result(pk: int) -> bool:
    return Upload.objects.filter(pk=pk, result__isnull=False).exists()  # type: ignore[no-any-return]


def _offer(found: Upload) -> offers.Offer | None:
    return offers.offer(found.offer)


def _kept(request: HttpRequest, known: set[str]) -> Upload:
    offer, file = request.POST.get("offer", ""), request.FILES.get("file")
    if offer not in known:
        raise TableError(_("Choose what the file holds."))
    if not isinstance(file, UploadedFile):
        raise TableError(_("Choose a file."))
    if (file.size or 0) > MOST_BYTES:
        raise TableError(_("The file is over 20 MB. Send it in parts."))
    data = file.read()
    table = open_table(data)
    return files.keep(offer=offer, name=(file.name or "file").replace("\x00", ""), data=data, sheet=table.sheet)


def _columns(request: HttpRequest, sheet: str, count: int) -> list[str]:
    """The columns posted, where they are those of this sheet."""
    if request.method != "POST" or request.POST.get("shown_sheet") != sheet:
        return []
    return [request.POST.get(f"column-{place}", "")[:200] for place in range(count)]
