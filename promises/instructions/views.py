"""Instructions of one promise: written and rewritten, who has taken them on, who is trained."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.models import Membership
from cxplatform.tenancy.roles import Permission, Role
from promises import compliance
from promises.asked import DEFAULT_DAYS
from promises.instructions import concern, take, write
from promises.instructions.forms import InstructionForm, TrainingForm
from promises.judging.counting import UNIT
from promises.models import Instruction, Promise


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def instructions(request: HttpRequest, slug: str) -> HttpResponse:
    """All of a promise's: who has taken them on, and how each is followed by its own measure."""
    promise = _promise(slug)
    rows = list(
        Instruction.objects.filter(promise=promise)
        .select_related("unit", "touchpoint")
        .order_by("archived_at", "position", "pk")
    )
    in_use = [row for row in rows if row.archived_at is None]
    tallies = concern.tallies(in_use, units=_units(request))
    measured = measures_of(request, promise)
    context = {
        "promise": promise,
        "rows": [(row, tallies[row.pk], measured.get(row.pk, [])) for row in in_use],
        "archived": [row for row in rows if row.archived_at],
        "people": may_see_people(request.membership),  # type: ignore[attr-defined]
        "section": "promises",
    }
    return render(request, "promises/instructions/instructions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def instruction(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """Write an instruction, or another wording of it."""
    promise = _promise(slug)
    found = _instruction(promise, pk) if pk else None
    sent = request.POST if request.method == "POST" else None
    form = InstructionForm(sent, instruction=found, initial={"touchpoint": promise.touchpoint_id})
    if form.is_valid():
        if found is None:
            write.add(promise=promise, fields=form.cleaned_data)
            messages.success(request, _("The instruction is saved."))
        else:
            changed = write.change(instruction=found, fields=form.cleaned_data)
            messages.success(
                request,
                _("The instruction is saved.")
                if changed.version == found.version
                else _("The words are new: version %(n)s is to be acknowledged anew.") % {"n": changed.version},
            )
        return redirect("instructions", promise.slug)
    context = {"promise": promise, "instruction": found, "form": form, "section": "promises"}
    status = 400 if form.is_bound else 200
    return render(request, "promises/instructions/edit.html", context, status=status)


@require_POST
@requires(Permission.DEFINE)
def archive_instruction(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take an instruction out of use, or into it again."""
    promise = _promise(slug)
    found = _instruction(promise, pk, archived=True)
    write.archive(instruction=found, archived="restore" not in request.POST)
    messages.success(
        request, _("The instruction is in use again.") if "restore" in request.POST else _("It is archived.")
    )
    return redirect("instructions", promise.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.SEE_RESULTS)
def people(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who has taken an instruction on and who has not; posting notes training. A unit manager's are their own."""
    if not may_see_people(request.membership):  # type: ignore[attr-defined]
        raise PermissionDenied
    promise = _promise(slug)
    found = _instruction(promise, pk)
    everybody = concern.people_of(found, units=_units(request))
    form = TrainingForm(request.POST if request.method == "POST" else None, people=everybody)
    if form.is_valid():
        chosen = set(form.cleaned_data["members"])
        for each in everybody:
            if str(each.member.user_id) in chosen:
                take.train(
                    instruction=found,
                    user=each.member.user,
                    done_on=form.cleaned_data["done_on"],
                    by=request.user,  # type: ignore[arg-type]
                )
        messages.success(
            request,
            ngettext("%(n)s person's training is noted.", "%(n)s people's training is noted.", len(chosen))
            % {"n": len(chosen)},
        )
        return redirect("instruction_people", promise.slug, found.pk)
    context = {
        "promise": promise,
        "instruction": found,
        "everybody": everybody,
        "tally": concern.tallies([found], units=_units(request))[found.pk],
        "form": form,
        "section": "promises",
    }
    return render(request, "promises/instructions/people.html", context, status=400 if form.is_bound else 200)


def may_see_people(member: Membership) -> bool:
    """Whether a member sees by name who has taken an instruction on: whoever defines, and unit managers."""
    return member.may(Permission.DEFINE) or member.role == Role.UNIT_MANAGER


def measures_of(request: HttpRequest, promise: Promise) -> dict[int, list[compliance.Kept]]:
    """How each instruction is followed, and what it leads to, over the last 90 days; by the instruction's id."""
    tenant, member = request.tenant, request.membership  # type: ignore[attr-defined]
    today = timezone.now().astimezone(tenant.zone).date()
    start, end = today - timedelta(days=DEFAULT_DAYS - 1), today + timedelta(days=1)
    dimension, value = (UNIT, str(member.unit_ids[0])) if member.of_units else ("", "")
    board = compliance.board(
        query=compliance.Query(start, end, dimension=dimension, value=value), tenant=tenant, promise_ids=[promise.pk]
    )
    found: dict[int, list[compliance.Kept]] = {}
    for each in board.promises:
        for kept in (each.main, *each.beside):
            if kept.rule.instruction_id:
                found.setdefault(kept.rule.instruction_id, []).append(kept)
    return found


def _units(request: HttpRequest) -> tuple[int, ...]:
    member = request.membership  # type: ignore[attr-defined]
    return tuple(member.unit_ids) if member.of_units else ()


def _promise(slug: str) -> Promise:
    found = Promise.objects.filter(slug=slug, archived_at=None).first()
    if found is None:
        raise Http404
    return found  # type: ignore[no-any-return]


def _instruction(promise: Promise, pk: int, *, archived: bool = False) -> Instruction:
    rows = Instruction.objects.all() if archived else Instruction.objects.in_use()
    found = rows.filter(promise=promise, pk=pk).first()
    if found is None:
        raise Http404
    return found  # type: ignore[no-any-return]
