"""The leadership page as files: a workbook, slides, a text table a panel, and the page that offers them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.leadership.page import Page, load_page
from dashboards.leadership.sheets import notes_of, page_sheets
from dashboards.leadership.views import bad_query, query_of, today_of
from dashboards.out.answer import as_commas, as_file
from dashboards.out.document import leadership_document, table
from dashboards.query import BadQuery

_SHOWN_ROWS, _SHOWN_COLUMNS = 5, 8


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def out(request: HttpRequest) -> HttpResponse:
    """What can be taken along, with the first rows of each sheet."""
    try:
        page = _page(request)
    except BadQuery as error:
        return bad_query(request, error)
    address = page.query.querystring()
    return render(
        request,
        "dashboards/out/out.html",
        {
            "sheets": [(sheet, table(sheet, columns=_SHOWN_COLUMNS, rows=_SHOWN_ROWS)) for sheet in page_sheets(page)],
            "notes": notes_of(page),
            "address": "" if address == "?" else address,
            "section": "leadership",
        },
    )


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def workbook(request: HttpRequest) -> HttpResponse:
    """The page as XLSX."""
    return _file(request, "xlsx")


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def slides(request: HttpRequest) -> HttpResponse:
    """The page as PPTX."""
    return _file(request, "pptx")


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def commas(request: HttpRequest, key: str) -> HttpResponse:
    """One sheet as CSV."""
    try:
        page = _page(request)
    except BadQuery as error:
        return bad_query(request, error)
    return as_commas(request, page_sheets(page), key=key)


def _file(request: HttpRequest, kind: str) -> HttpResponse:
    try:
        page = _page(request)
    except BadQuery as error:
        return bad_query(request, error)
    return as_file(request, leadership_document(page, title=_("Leadership page")), kind=kind, name="leadership")


def _page(request: HttpRequest) -> Page:
    return load_page(query=query_of(request), today=today_of(request), tenant=request.tenant)  # type: ignore[attr-defined]
