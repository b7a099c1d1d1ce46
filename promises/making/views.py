"""The wizard by which a promise is made, step by step, and the page on which it is moved through its life."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cxplatform.tenancy import audit
from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from journeys.identifiers import free_identifier
from promises.making import facts, support
from promises.making.evidence import own_rules
from promises.making.forms import StartForm, form_of
from promises.making.gate import unmade
from promises.making.lifecycle import Refused, move
from promises.making.made import load_life
from promises.making.steps import STEPS, after, before, first_open
from promises.models import Instruction, Participation, Promise
from promises.present import promise_of


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def new(request: HttpRequest) -> HttpResponse:
    """Begin a promise: a draft with a name, to be made step by step."""
    form = StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        promise = form.save(commit=False)
        promise.slug, promise.owner = free_identifier(Promise, promise.name), request.user
        promise.save()
        audit.record("added", promise)
        return redirect("promise_step", promise.slug, next(iter(STEPS)))
    return render(request, "promises/making/new.html", {"form": form, "section": "promises"})


@require_safe
@never_cache
@requires(Permission.DEFINE)
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """To the first step at which something is missing."""
    promise = promise_of(slug)
    return redirect("promise_step", promise.slug, first_open(unmade(promise)))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def step(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """One step. Whichever button leaves it, what was written is kept."""
    promise = promise_of(slug)
    form = form_of(step, promise=promise, tenant=request.tenant, data=request.POST or None)  # type: ignore[attr-defined]
    if request.method == "POST":
        if removed := request.POST.get("remove", ""):
            return _forget(promise, removed)
        if not request.POST or form.is_valid():
            if request.POST:
                form.keep(by=request.user)
            return _onwards(request, promise, step)
        promise = promise_of(slug)  # what was refused must not show in the heading
    reasons = unmade(promise)
    context = {
        "promise": promise,
        "form": form,
        "step": STEPS[step],
        "steps": [(each, any(reason.step == each.key for reason in reasons)) for each in STEPS.values()],
        "reasons": [reason for reason in reasons if reason.step == step],
        "left": len({reason.step for reason in reasons}),
        "back": before(step),
        "section": "promises",
        **_beside(promise, step),
    }
    return render(request, "promises/making/step.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def lifecycle(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the promise stands, what it lacks, and the buttons that move it; a refused move says all reasons."""
    promise = promise_of(slug)
    refused: list[str] = []
    why = request.POST.get("why", "").replace("\x00", "")[:2000]
    if request.method == "POST":
        try:
            made = move(promise=promise, to=request.POST.get("to", ""), by=request.user, why=why)  # type: ignore[arg-type]
        except Refused as error:
            refused = list(error.reasons)
        else:
            messages.success(request, _("Moved: the promise is now “%s”.") % made.get_after_display())
            return redirect("promise_lifecycle", promise.slug)
    context = {"promise": promise, "life": load_life(promise), "refused": refused, "why": why, "section": "promises"}
    return render(request, "promises/making/lifecycle.html", context, status=409 if refused else 200)


def _onwards(request: HttpRequest, promise: Promise, step: str) -> HttpResponse:
    """To where the pressed button leads: on, back, another step, or the same one again."""
    wanted = request.POST.get("go", "")
    if wanted in STEPS:
        return redirect("promise_step", promise.slug, wanted)
    following = after(step)
    if wanted == "stay":
        return redirect("promise_step", promise.slug, step)
    if wanted == "leave":
        return redirect("promise", promise.slug)
    if following is None:
        return redirect("promise_lifecycle", promise.slug)
    return redirect("promise_step", promise.slug, following)


def _forget(promise: Promise, removed: str) -> HttpResponse:
    found = (
        Participation.objects.filter(promise=promise, pk=removed).first()
        if removed.isdecimal() and len(removed) < 19
        else None
    )
    if found is None or len(removed) > 18:
        raise Http404
    support.forget_participation(row=found)
    return redirect("promise_step", promise.slug, "staff")


def _beside(promise: Promise, step: str) -> dict[str, Any]:
    """What a step shows beside its form."""
    if step in ("measure", "target", "instructions"):
        shown: dict[str, Any] = {"rules": own_rules(promise)}
        if step == "instructions":
            shown["instructions"] = Instruction.objects.in_use().filter(promise=promise).prefetch_related("rules")
        return shown
    if step == "criteria":
        return {"history": [facts.said(each) for each in facts.possible(promise)["history"]]}
    if step == "staff":
        return {"participation": Participation.objects.filter(promise=promise).select_related("logged_by")}
    return {}
