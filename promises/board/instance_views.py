"""Lists of single instances, what is about to break, and one instance with the events behind it."""

import base64
import binascii
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from promises.board import asked, scores
from promises.board.asked import BadAddress
from promises.board.behind import events_behind
from promises.board.choices import load_choices
from promises.board.excluded import standing_exclusion
from promises.board.instances import (
    PAGE,
    Cursor,
    Line,
    Lines,
    Wanted,
    due_soon,
    instances,
    lines_of,
    open_statuses,
    page_of,
)
from promises.judging.judge import EXCEEDED, NEAR
from promises.models import Promise, Rule, Status

_OWN = ("status", "rule", "after")
# What else a promise's page counts and this list opens, beside the statuses.
_MARGINS = ((EXCEEDED, _lazy("exceeded")), (NEAR, _lazy("near misses")))
_OF_SCORES = (
    ("surprised", _lazy("surprised")),
    ("scored_broken", _lazy("answered, where it broke")),
    ("scored_kept", _lazy("answered, where it was kept")),
)
_SIDE = {"surprised": scores.SURPRISED, "scored_broken": scores.BROKE, "scored_kept": scores.KEPT}


def load_instances(request: HttpRequest, promise: Promise) -> dict[str, Any]:
    """The tab of instances: those broken unless another status, or what else is counted, is chosen. Raises BadAddress.

    Cases and customers are shown to members who see identity only.
    """
    what = asked.read(request, ignoring=_OWN)
    status = request.GET.get("status", Status.BROKEN.value)
    offered = (*Status.choices, *_MARGINS, *(() if what.own_units else _OF_SCORES))
    if status and status not in dict(offered):
        raise BadAddress("status", _("Choose one of %(known)s.") % {"known": ", ".join(dict(offered))})
    rules = list(Rule.objects.in_use().filter(promise=promise).order_by("position", "-version", "pk"))
    rule = _rule(request.GET.get("rule", ""), rules)
    sees = request.membership.may(Permission.SEE_IDENTITY)  # type: ignore[attr-defined]
    found = None
    if sees:
        after = read_cursor(request.GET.get("after", ""))
        if status in dict(_OF_SCORES):
            found = _scored(_SIDE[status], rule or next(iter(rules), None), after)
        else:
            wanted = Wanted(
                rule_ids=tuple(each.pk for each in rules if rule in (None, each)),
                statuses=(Status.KEPT.value,) if status in dict(_MARGINS) else open_statuses(status),
                query=what.query,
                after=after,
                margin=status if status in dict(_MARGINS) else "",
            )
            found = instances(wanted, tenant=request.tenant)  # type: ignore[attr-defined]
    return {
        "asked": what,
        "choices": load_choices(what),
        "statuses": offered,
        "of_scores": status in dict(_OF_SCORES),
        "status": status,
        "rules": rules,
        "rule": rule,
        "sees": sees,
        "found": found,
        "next": _next(request, found.after) if found and found.after else "",
    }


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def instance(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """One instance with the events that made it, for members who see identity; not found in another's unit."""
    return render_instance(request, instance_of(request, slug, id))


def render_instance(request: HttpRequest, line: Line, *, refused: str = "", reason: str = "") -> HttpResponse:
    """The page of an instance; with why it was `refused` to take it out for this `reason`."""
    sees = request.membership.may(Permission.SEE_IDENTITY)  # type: ignore[attr-defined]
    context = {
        "promise": line.rule.promise,
        "line": line,
        "sees": sees,
        "steps": events_behind(line.outcome, line.rule) if sees else [],
        "exclusion": standing_exclusion(line.outcome) if sees else None,
        "refused": refused,
        "given_reason": reason,
        "section": "promises",
    }
    return render(request, "promises/instance.html", context, status=400 if refused else 200)


@require_safe
@never_cache
@requires(Permission.HANDLE_FEEDBACK)
def due(request: HttpRequest) -> HttpResponse:
    """What falls due next, for those who can still keep it; a member limited to units sees theirs."""
    membership = request.membership  # type: ignore[attr-defined]
    lines = due_soon(tenant=request.tenant, unit_ids=membership.own_units)  # type: ignore[attr-defined]
    sees = membership.may(Permission.SEE_IDENTITY)
    return render(request, "promises/due.html", {"lines": lines, "sees": sees, "section": "promises"})


def instance_of(request: HttpRequest, slug: str, id_: UUID) -> Line:
    """The instance of this promise, or 404; also where it is of a unit the member does not see."""
    line = next(iter(lines_of([id_])), None)
    own = request.membership.own_units  # type: ignore[attr-defined]
    if line is None or line.rule.promise.slug != slug or line.rule.promise.archived_at is not None:
        raise Http404
    if own and line.outcome.unit_id not in own:
        raise Http404
    return line


def read_cursor(text: str) -> Cursor | None:
    """Where a page begins, as `write_cursor` made it. Raises BadAddress."""
    if not text:
        return None
    try:
        at, id_ = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split(" ")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError(at)
        return moment, UUID(id_)
    except (ValueError, binascii.Error) as error:
        raise BadAddress("after", _("Open the list anew: this page of it is not there.")) from error


def write_cursor(after: Cursor) -> str:
    return base64.urlsafe_b64encode(f"{after[0].isoformat()} {after[1]}".encode()).decode().rstrip("=")


def _rule(text: str, rules: list[Rule]) -> Rule | None:
    if not text:
        return None
    found = next((rule for rule in rules if str(rule.pk) == text), None)
    if found is None:
        raise BadAddress("rule", _("This promise has no such rule."))
    return found


def _scored(side: str, rule: Rule | None, after: Cursor | None) -> Lines:
    """A page of the instances behind a rule's scores."""
    return page_of(scores.behind(rule, side, before=after, page=PAGE + 1) if rule else [])


def _next(request: HttpRequest, after: Cursor) -> str:
    given = request.GET.copy()
    given["after"] = write_cursor(after)
    return f"?{given.urlencode()}"
