"""The tab of what does not count, and the buttons with which staff take an instance out or let it count again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from promises.board import asked
from promises.board.asked import BadAddress
from promises.board.choices import load_choices
from promises.board.excluded import by_hand, outcomes_of, reasons
from promises.board.instance_views import instance_of, render_instance
from promises.board.instances import Line, Wanted
from promises.judging.excluding import exclude, lift
from promises.models import Promise, Rule, Status


def load_exclusions(request: HttpRequest, promise: Promise) -> dict[str, Any]:
    """Reasons with their counts, and what staff took out. Raises BadAddress.

    Cases are shown to members who see identity; a member limited to units sees no reasons of the whole company.
    """
    what = asked.read(request)
    if what.query.sliced and not what.own_units:
        raise BadAddress("unit", _("Exclusions are shown of the whole company only."))
    rule_ids = tuple(Rule.objects.filter(promise=promise).values_list("pk", flat=True))
    wanted = Wanted(rule_ids, (Status.EXCLUDED.value,), what.query)
    sees = request.membership.may(Permission.SEE_IDENTITY)  # type: ignore[attr-defined]
    own = by_hand(rule_ids) if sees and not what.own_units else []
    outcomes = outcomes_of(own)
    return {
        "asked": what,
        "choices": load_choices(what),
        "sees": sees,
        "reasons": [] if what.own_units else reasons(wanted, tenant=request.tenant, every=sees),  # type: ignore[attr-defined]
        "by_hand": [(row, outcomes.get(row.id)) for row in own],
    }


@require_POST
@requires(Permission.DEFINE)
def exclude_instance(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """Take one instance out of the counts for a reason."""
    line, reason = _seen(request, slug, id), request.POST.get("reason", "")
    try:
        exclude(outcomes=[line.outcome], reason=reason, by=request.user)  # type: ignore[arg-type]
    except ValidationError as error:
        return render_instance(request, line, refused=" ".join(error.messages), reason=reason[:300])
    messages.success(request, _("It no longer counts."))
    return redirect("promise_instance", slug, id)


@require_POST
@requires(Permission.DEFINE)
def lift_instance(request: HttpRequest, slug: str, id: UUID) -> HttpResponse:
    """Let an instance that staff took out count again as its events say."""
    line = _seen(request, slug, id)
    try:
        lift(outcomes=[line.outcome], by=request.user)  # type: ignore[arg-type]
    except ValidationError as error:
        return render_instance(request, line, refused=" ".join(error.messages))
    messages.success(request, _("It counts again."))
    return redirect("promise_instance", slug, id)


def _seen(request: HttpRequest, slug: str, id_: UUID) -> Line:
    """The instance, for a member who sees whose it is: nobody takes out what they cannot look at."""
    line = instance_of(request, slug, id_)
    if not request.membership.may(Permission.SEE_IDENTITY):  # type: ignore[attr-defined]
        raise PermissionDenied
    return line
