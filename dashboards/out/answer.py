"""A document as the answer to a request: made whole before it is sent, and noted in the history."""

from collections.abc import Callable, Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import slugify

from cxplatform.tenancy import audit
from cxplatform.tenancy.models import Tenant
from dashboards.out.commas import commas
from dashboards.out.document import Document, document
from dashboards.sheets import Sheet

_OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "csv": "text/csv; charset=utf-8",
}


def as_file(request: HttpRequest, of: Document, *, kind: str, name: str) -> HttpResponse:
    """The document as "xlsx" or "pptx", as a download called by company, name and nothing else."""
    note(request, f"{name}.{kind}")
    return _download(request, _made(of, kind), kind=kind, name=name)


def as_commas(request: HttpRequest, sheets: Sequence[Sheet], *, key: str) -> HttpResponse:
    """One of these sheets as CSV. Raises Http404 where there is none of that key."""
    sheet = next((sheet for sheet in sheets if sheet.key == key), None)
    if sheet is None:
        raise Http404
    note(request, f"{key}.csv")
    return _download(request, commas(sheet), kind="csv", name=key)


def asked_for(
    request: HttpRequest, sheets: Callable[[], Sequence[Sheet]], *, title: str, name: str
) -> HttpResponse | None:
    """The sheets of an analysis page as the file that `?format=` asks for (xlsx or pptx), None where it asks for none:
    only then are they made. Raises Http404 for another format."""
    kind = request.GET.get("format", "")
    if not kind:
        return None
    if kind not in ("xlsx", "pptx"):
        raise Http404
    filled = [sheet for sheet in sheets() if sheet.rows]
    return as_file(request, document(tenant=tenant_of(request), title=title, sheets=filled), kind=kind, name=name)


def note(request: HttpRequest, file: str) -> None:
    """Write into the history that figures left, and which."""
    tenant = tenant_of(request)
    audit.record("exported", tenant, before=audit.state(tenant), file=file, address=request.GET.urlencode()[:300])


def tenant_of(request: HttpRequest) -> Tenant:
    return request.tenant  # type: ignore[attr-defined, no-any-return]


def _download(request: HttpRequest, content: bytes, *, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{tenant_of(request).slug}-{slugify(name)}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response


def _made(of: Document, kind: str) -> bytes:
    if kind == "pptx":
        from dashboards.out.slides import slides

        return slides(of)
    from dashboards.out.workbook import workbook

    return workbook(of)
