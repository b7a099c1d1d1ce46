"""My instructions: what each member is asked to follow, read and taken on in place."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cxplatform.tenancy.access import ANY_MEMBER, requires
from promises.instructions import concern, take


@require_safe
@never_cache
@requires(ANY_MEMBER)
def my_instructions(request: HttpRequest) -> HttpResponse:
    """What is not taken on yet comes first."""
    mine = concern.of_member(request.membership)  # type: ignore[attr-defined]
    waiting = sum(each.person.acknowledged_at is None for each in mine)
    return render(request, "promises/instructions/mine.html", {"mine": mine, "waiting": waiting, "section": "mine"})


@require_POST
@requires(ANY_MEMBER)
def take_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one has read an instruction, or that one has read and follows it; of other words than shown, neither."""
    mine = concern.of_member(request.membership)  # type: ignore[attr-defined]
    instruction = next((each.instruction for each in mine if each.instruction.pk == pk), None)
    if instruction is None:
        raise Http404
    version = request.POST.get("version", "")
    try:
        take.acknowledge(
            instruction=instruction,
            user=request.user,  # type: ignore[arg-type]
            version=int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0,
            follows="follow" in request.POST,
        )
    except take.OtherWords as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Thank you: it is noted."))
    return redirect("my_instructions")
