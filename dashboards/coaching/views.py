"""The coaching log of a member."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cxplatform.tenancy.access import ANY_MEMBER, requires
from cxplatform.tenancy.roles import Permission
from dashboards.coaching import log
from dashboards.coaching.forms import TalkForm
from dashboards.leadership.views import today_of


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(ANY_MEMBER)
def coaching(request: HttpRequest) -> HttpResponse:
    """One's talks on either side, and a form for the next; `?person=` those of one."""
    form = _form(request, request.POST if request.method == "POST" else None)
    if form.is_valid():
        log.write(coach=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        messages.success(request, _("The talk is written down. The two of you see it."))
        return redirect("coaching")
    return _page(request, form)


@require_POST
@requires(ANY_MEMBER)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """The coach puts right what was written; to anybody else there is no such talk."""
    talk = get_object_or_404(log.seen_by(request.membership).filter(coach=request.user), pk=pk)  # type: ignore[attr-defined,misc]
    form = _form(request, request.POST, auto_id=f"talk-{pk}-%s")
    if not form.is_valid():
        return _page(request, _form(request, None), wrong=(pk, form))
    log.change(talk, **form.cleaned_data)
    messages.success(request, _("The talk is saved."))
    return redirect("coaching")


def _form(request: HttpRequest, data: Any, **kwargs: Any) -> TalkForm:
    return TalkForm(data, tenant=request.tenant, coach=request.user, today=today_of(request), **kwargs)  # type: ignore[attr-defined,arg-type]


def _page(request: HttpRequest, form: TalkForm, *, wrong: tuple[int, TalkForm] | None = None) -> HttpResponse:
    membership, user = request.membership, request.user  # type: ignore[attr-defined]
    rows = log.seen_by(membership)
    person = request.GET.get("person", "")
    if person:
        if not (person.isascii() and person.isdigit() and len(person) < 19):
            raise Http404
        rows = rows.filter(Q(coached_id=int(person)) | Q(coach_id=int(person)))
    # Members are read once, and not for the form of every talk.
    members: Any = form.fields["coached"]
    members.choices = choices = list(members.choices)
    talks = []
    for row in rows[: log.MOST]:
        edit = None
        if row.coach_id == user.pk:  # type: ignore[attr-defined]
            told = {name: getattr(row, name) for name in ("coached", "day", "next_on", "about", "agreed")}
            edit = _form(request, None, auto_id=f"talk-{row.pk}-%s", initial=told)
            edit.fields["coached"].choices = choices  # type: ignore[attr-defined]
        talks.append((row, wrong[1] if wrong and wrong[0] == row.pk else edit))
    leads = membership.may(Permission.DEFINE)
    context = {
        "talks": talks,
        "people": log.people(today=today_of(request)) if leads else (),
        "leads": leads,
        "person": person,
        "form": form,
        "today": today_of(request),
        "section": "coaching",
    }
    return render(request, "dashboards/coaching/log.html", context, status=400 if form.is_bound or wrong else 200)
