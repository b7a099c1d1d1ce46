"""What is done with several follow-ups picked in the inbox."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from cxplatform.tenancy import numbers
from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from surveys.followups import many
from surveys.followups.inbox import MOST, matching, parse, whole_of
from surveys.followups.many import Picked
from surveys.followups.many_form import HAND_OVER, ManyForm
from surveys.followups.people import faces_of
from surveys.followups.seen import seen_by
from surveys.followups.views import inbox_of


@require_POST
@never_cache
@requires(Permission.HANDLE_FEEDBACK)
def many_at_once(request: HttpRequest) -> HttpResponse:
    """Hand over or close all that are picked, or none of them: then it is said of each what stands in the way."""
    form = ManyForm(request.POST)
    if "all" in request.POST:
        rows = matching(parse(request.GET), membership=request.membership, now=timezone.now())  # type: ignore[attr-defined]
        whole = whole_of(rows)
        if whole.too_many:
            said = _("More than %(most)s match: narrow the list to take all of them at once.")
            messages.error(request, said % {"most": numbers.count(whole.most)})
            return _back(request)
        picked = [Picked(row.pk, row.version, row) for row in rows]
        if whole.mark != request.POST["all"]:
            return _again(request, form, [], (), moved=True)
    else:
        picked = _picked(request)
    if not picked:
        messages.error(request, _("First tick those it is about."))
        return _back(request)
    if not form.is_valid():
        return _again(request, form, picked, ())
    told, by = form.cleaned_data, request.user
    try:
        if told["do"] == HAND_OVER:
            n = many.hand_over(picked, by=by, to=form.people[told["to"]], why=told["why"])  # type: ignore[arg-type]
            said = ngettext("%(n)s was handed over.", "%(n)s were handed over.", n)
        else:
            n = many.close(picked, by=by, why=told["why"])  # type: ignore[arg-type]
            said = ngettext("%(n)s was closed.", "%(n)s were closed.", n)
    except many.NothingDone as error:
        return _again(request, form, picked, error.rows, more=error.more)
    messages.success(request, said % {"n": n})
    return _back(request)


def _picked(request: HttpRequest) -> list[Picked]:
    numbers = {int(text) for text in request.POST.getlist("follow_up")[:MOST] if _is_number(text)}
    seen = seen_by(request.membership).select_related("owner").in_bulk(numbers)  # type: ignore[attr-defined]
    versions = {pk: request.POST.get(f"version-{pk}", "") for pk in numbers}
    return [Picked(pk, int(versions[pk]) if _is_number(versions[pk]) else 0, seen.get(pk)) for pk in sorted(numbers)]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _back(request: HttpRequest) -> HttpResponse:
    return redirect(f"{reverse('follow_ups')}{parse(request.GET).query}")


def _again(
    request: HttpRequest, form: ManyForm, picked: list[Picked], rows: Any, *, more: int = 0, moved: bool = False
) -> HttpResponse:
    """The inbox with what was picked and typed: 409 where something stands in the way of one, or where all that match
    have `moved` since they were counted, else 400."""
    member: Any = request.membership  # type: ignore[attr-defined]
    names = faces_of([row.picked.follow_up for row in rows if row.picked.follow_up], membership=member)
    in_the_way = [(names.name(row.picked.follow_up) if row.picked.follow_up else "", row) for row in rows]
    context = inbox_of(request, parse(request.GET), timezone.now()) | {
        "many": form,
        "picked": {each.pk for each in picked},
        "all_picked": "all" in request.POST and not moved,
        "in_the_way": in_the_way,
        "more_in_the_way": more,
        "moved": moved,
    }
    return render(request, "surveys/followups/inbox.html", context, status=409 if rows or moved else 400)
