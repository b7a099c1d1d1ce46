"""What integrations send: texts and types of events listed with counts, given a meaning one or many at a time."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from journeys import known_types
from journeys.mapping import TYPE, choices, map_texts
from journeys.models import Remapping, UnmappedText
from journeys.seen import SHOWN, seen

RUNS = 5
_FRAME = {"section": "settings", "here": "mapping"}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def mapping(request: HttpRequest) -> HttpResponse:
    """The texts that wait for a meaning, or those that have one; posting gives meanings."""
    if request.method == "POST":
        _give(request)
        return redirect(request.get_full_path())
    kind = request.GET.get("kind", "")
    kind = kind if kind in UnmappedText.Kind.values else ""
    mapped = request.GET.get("state") == "mapped"
    sought = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    shown, more = seen(kind=kind, mapped=mapped, sought=sought)
    runs = _runs()
    kinds = [(value, label) for value, label in UnmappedText.Kind.choices if not kind or value == kind]
    context = {
        **_FRAME,
        "shown": shown,
        "more": more,
        "most": SHOWN,
        "kind": kind,
        "kinds": UnmappedText.Kind.choices,
        "mapped": mapped,
        "sought": sought,
        "type_kind": TYPE,
        "bulk": [(value, label, choices(value)) for value, label in kinds] if shown else [],
        "runs": runs,
        "running": any(run.active for run in runs),
        "known": known_types.untaken(),
    }
    return render(request, "journeys/mapping.html", context)


@require_safe
@never_cache
@requires(Permission.DEFINE)
def mapping_runs(request: HttpRequest) -> HttpResponse:
    """How far meanings are applied backwards, for htmx; the page anew once they are."""
    runs = _runs()
    running = any(run.active for run in runs)
    response = render(request, "journeys/_mapping_runs.html", {"runs": runs, "running": running})
    if not running:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@requires(Permission.DEFINE)
def take_known(request: HttpRequest) -> HttpResponse:
    """Take over known types of events: those ticked."""
    count = known_types.take(request.POST.getlist("type")[:200])
    if count:
        messages.success(request, ngettext("%d type taken over.", "%d types taken over.", count) % count)
    else:
        messages.info(request, _("Tick the types to take over."))
    return redirect("mapping")


def _runs() -> list[Remapping]:
    """The newest. Where nothing had arrived there was nothing to be applied to, and nothing to tell."""
    nothing = {"state": Remapping.State.DONE, "total": 0}
    return list(Remapping.objects.exclude(**nothing).order_by("-pk")[:RUNS])


def _give(request: HttpRequest) -> None:
    try:
        count = map_texts(_meanings(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return
    if count:
        done = ngettext("%d text mapped.", "%d texts mapped.", count) % count
        messages.success(request, f"{done} {_('What has already arrived follows in the background.')}")
    else:
        messages.info(request, _("Nothing was chosen: say for at least one text what it means."))


def _meanings(request: HttpRequest) -> dict[int, str]:
    """By text, what its own select says and differs from before; for those ticked, what is said of all of them."""
    prefix = "means-"
    found = {
        int(name.removeprefix(prefix)): str(value)
        for name, value in request.POST.items()
        if name.startswith(prefix)
        and name.removeprefix(prefix).isdecimal()
        and len(name) < 25
        and value
        and value != request.POST.get(name.replace(prefix, "was-", 1), "")
    }
    kind, _colon, meaning = request.POST.get("bulk", "").partition(":")
    ticked = [int(pk) for pk in request.POST.getlist("text")[: SHOWN * 2] if pk.isdecimal() and len(pk) < 19]
    if kind and meaning:
        kinds = dict(UnmappedText.objects.filter(pk__in=ticked).values_list("pk", "kind"))
        if wrong := [pk for pk in ticked if kinds.get(pk) != kind]:
            text = UnmappedText.objects.filter(pk=wrong[0]).first()
            raise ValidationError(
                _("“%s” is of another kind than what was chosen for all. Show one kind at a time.") % (text or wrong[0])
            )
        found |= dict.fromkeys(ticked, meaning)
    return found
