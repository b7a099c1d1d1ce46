"""Business cases: the list, one case, its figures, two or more beside one another, and the workbook."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.cases import keep
from dashboards.cases.forms import CaseForm, StartForm
from dashboards.cases.inputs import from_stored, usual
from dashboards.cases.measured import measured
from dashboards.cases.page import beside as set_beside
from dashboards.cases.page import load_page
from dashboards.cases.read import case_of, load_list, version_of, versions_of
from dashboards.leadership.views import today_of
from dashboards.out.answer import TYPES, note, tenant_of
from dashboards.scope import whole_company

MOST_BESIDE = 4


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def cases(request: HttpRequest) -> HttpResponse:
    """The cases that are in use."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    return _list(request, StartForm(initial={"title": request.GET.get("title", "")[:200]}))


@require_POST
@requires(Permission.DEFINE)
def new(request: HttpRequest) -> HttpResponse:
    """Start a case with what the product has measured."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    form = StartForm(request.POST)
    if not form.is_valid():
        return _list(request, form, status=400)
    told, today = form.cleaned_data, today_of(request)
    known = {each.key: each for each in measured(tenant=tenant_of(request), today=today, currency=told["currency"])}
    try:
        version = keep.start(
            **told,
            inputs=[known.get(each.key, each) for each in usual(today)],
            by=request.user,  # type: ignore[arg-type]
        )
    except ValueError as error:
        form.add_error(None, str(error))
        return _list(request, form, status=400)
    messages.success(request, _("The case is started with what is measured here. Fill in the rest."))
    return redirect("case_edit", version.case_id)


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One version of a case, the newest where none is asked for."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    found = case_of(pk)
    versions = versions_of(found)
    version = version_of(versions, request.GET.get("version", ""))
    shown = {
        "page": load_page(found, version),
        "versions": versions,
        "newest": version == versions[0],
        "section": "cases",
    }
    return render(request, "dashboards/cases/case.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet of figures. What was typed stays when something is wrong, and when somebody else was first."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    found = case_of(pk)
    newest = versions_of(found)[0]
    told = from_stored(newest.inputs)
    if request.method != "POST":
        opened = request.GET.get("group", "")
        form = CaseForm(instance=found, told=told, opened=opened, initial={"after": newest.number})
        return _sheet(request, form, newest)
    form = CaseForm(request.POST, instance=case_of(pk), told=told)
    if not form.is_valid():
        return _sheet(request, form, newest, status=400)
    values = form.cleaned_data
    try:
        version = keep.save(
            case=found,
            after=values["after"],
            title=values["title"],
            currency=values["currency"],
            years=values["years"],
            inputs=form.inputs(),
            note=values["note"],
            by=request.user,  # type: ignore[arg-type]
        )
    except keep.Newer as newer:
        # Their figures stay theirs: saving once more makes a version after the other one.
        posted = request.POST.copy()
        posted["after"] = str(newer.version.number)
        again = CaseForm(posted, instance=case_of(pk), told=told)
        return _sheet(request, again, newer.version, status=409, newer=newer.version)
    messages.success(request, _("Version %(number)s is saved.") % {"number": version.number})
    if "go_on" in request.POST:
        onward = {"group": request.POST["go_on"][:20]}
        return redirect(f"{reverse('case_edit', args=[found.pk])}?{urlencode(onward)}#{onward['group']}")
    return redirect("case", found.pk)


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def beside(request: HttpRequest) -> HttpResponse:
    """Up to four versions beside one another: `?of=3.2` is version 2 of case 3, `?of=3` its newest."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    pages = []
    for asked in list(dict.fromkeys(request.GET.getlist("of")))[:MOST_BESIDE]:
        number, _dot, version = asked.partition(".")
        if not number.isdecimal() or len(number) > 18:
            raise Http404
        found = case_of(int(number))
        pages.append(load_page(found, version_of(versions_of(found), version)))
    if len(pages) < 2:
        messages.info(request, _("Choose two to four cases to see them beside one another."))
        return redirect("cases")
    return render(request, "dashboards/cases/beside.html", {**set_beside(pages), "section": "cases"})


@require_safe
@requires(Permission.SEE_RESULTS)
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The case as a spreadsheet whose formulas are alive."""
    from dashboards.cases.workbook import workbook as make

    whole_company(request.membership)  # type: ignore[attr-defined]
    found = case_of(pk)
    version = version_of(versions_of(found), request.GET.get("version", ""))
    note(request, "case.xlsx")
    answer = HttpResponse(make(tenant=tenant_of(request), page=load_page(found, version)), content_type=TYPES["xlsx"])
    name = f"{tenant_of(request).slug}-case-{found.pk}-v{version.number}.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@requires(Permission.DEFINE)
def refresh(request: HttpRequest, pk: int) -> HttpResponse:
    """Take what the product has measured now into the case, as a version of its own."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    found = case_of(pk)
    newest = versions_of(found)[0]
    version = keep.refresh(
        case=found,
        measured=measured(tenant=tenant_of(request), today=today_of(request), currency=found.currency),
        note=_("Measured figures taken again"),
        by=request.user,  # type: ignore[arg-type]
    )
    if version.pk == newest.pk:
        messages.info(request, _("What is measured has not changed."))
    else:
        messages.success(request, _("Version %(number)s is saved.") % {"number": version.number})
    return redirect("case", found.pk)


@require_POST
@requires(Permission.DEFINE)
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a case away."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    keep.archive(case=case_of(pk))
    messages.success(request, _("The case is put away."))
    return redirect("cases")


def _list(request: HttpRequest, form: StartForm, *, status: int = 200) -> HttpResponse:
    return render(
        request, "dashboards/cases/list.html", {"rows": load_list(), "form": form, "section": "cases"}, status=status
    )


def _sheet(request: HttpRequest, form: CaseForm, version: Any, *, status: int = 200, newer: Any = None) -> HttpResponse:
    shown = {"form": form, "case": version.case, "version": version, "newer": newer, "section": "cases"}
    return render(request, "dashboards/cases/edit.html", shown, status=status)
