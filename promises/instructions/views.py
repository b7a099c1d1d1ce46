"""Instructions of one promise: written and rewritten, who has taken them on, who is trained."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from promises.instructions import concern, take, write
from promises.instructions.forms import InstructionForm, TrainingForm
from promises.instructions.tab import TAB, may_see_people
from promises.models import Instruction, Promise
from promises.present import promise_of


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def instruction(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """Write an instruction, or another wording of it."""
    promise = promise_of(slug)
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
        return redirect("promise_tab", promise.slug, TAB)
    context = {"promise": promise, "instruction": found, "form": form, "section": "promises"}
    status = 400 if form.is_bound else 200
    return render(request, "promises/instructions/edit.html", context, status=status)


@require_POST
@requires(Permission.DEFINE)
def archive_instruction(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take an instruction out of use, or into it again."""
    promise = promise_of(slug)
    found = _instruction(promise, pk, archived=True)
    write.archive(instruction=found, archived="restore" not in request.POST)
    messages.success(
        request, _("The instruction is in use again.") if "restore" in request.POST else _("It is archived.")
    )
    return redirect("promise_tab", promise.slug, TAB)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.SEE_RESULTS)
def people(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who has taken an instruction on and who has not; posting notes training. A unit manager's are their own."""
    if not may_see_people(request.membership):  # type: ignore[attr-defined]
        raise PermissionDenied
    promise = promise_of(slug)
    found = _instruction(promise, pk)
    everybody = concern.people_of(found, units=request.membership.own_units)  # type: ignore[attr-defined]
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
        "tally": concern.tallies([found], units=request.membership.own_units)[found.pk],  # type: ignore[attr-defined]
        "earlier": write.earlier(found),
        "form": form,
        "section": "promises",
    }
    return render(request, "promises/instructions/people.html", context, status=400 if form.is_bound else 200)


def _instruction(promise: Promise, pk: int, *, archived: bool = False) -> Instruction:
    rows = Instruction.objects.all() if archived else Instruction.objects.in_use()
    found = rows.filter(promise=promise, pk=pk).first()
    if found is None:
        raise Http404
    return found  # type: ignore[no-any-return]
