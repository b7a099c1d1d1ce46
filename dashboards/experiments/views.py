"""The pages of experiments: those there are, one with what it has found, and what is done with it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplatform.stats.metrics import metric
from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.experiments import run
from dashboards.experiments.figures import load_found, plan
from dashboards.experiments.forms import ExperimentForm
from dashboards.experiments.words import picture, sentence
from dashboards.leadership.views import today_of
from dashboards.models import Experiment
from dashboards.scope import whole_company

State = Experiment.State
_ORDER = {State.RUNNING: 0, State.DRAFT: 1, State.STOPPED: 2}


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def experiments(request: HttpRequest) -> HttpResponse:
    """Those that run first, each with its verdict so far."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    found = Experiment.objects.in_use().select_related("touchpoint", "owner")
    rows = [_row(request, one) for one in sorted(found, key=lambda one: (_ORDER[State(one.state)], -one.pk))]
    return render(request, "dashboards/experiments/list.html", {"rows": rows, "section": "experiments"})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def new(request: HttpRequest) -> HttpResponse:
    """Declare one."""
    began = {name: request.GET[name][:200] for name in ("name", "touchpoint") if name in request.GET}
    form = ExperimentForm(_sent(request), tenant=request.tenant, initial=began)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        return redirect("experiment", run.declare(form.fields_told).slug)
    return _form(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """Change one that has not started: what is declared before the first answer is not moved after it."""
    found = _experiment(slug)
    if found.state != State.DRAFT:
        messages.error(request, run.DECLARED)
        return redirect("experiment", slug)
    form = ExperimentForm(_sent(request), tenant=request.tenant, experiment=found)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            run.redeclare(found, form.fields_told)
        except run.NotNow as error:  # somebody started it meanwhile
            messages.error(request, str(error))
        return redirect("experiment", slug)
    return _form(request, form, found)


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def experiment(request: HttpRequest, slug: str) -> HttpResponse:
    """One, with how customers come to their variant, what it has found, and what may be done next."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    row = _row(request, _experiment(slug))
    context = {**row, "host": request.build_absolute_uri("/")[:-1], "section": "experiments"}
    return render(request, "dashboards/experiments/experiment.html", context)


@require_POST
@requires(Permission.DEFINE)
def act(request: HttpRequest, slug: str) -> HttpResponse:
    """Start or stop it, note the change that comes of it, make an improvement of it, or put it away."""
    found, today, verb = _experiment(slug), today_of(request), request.POST.get("do", "")
    by: Any = request.user
    try:
        if verb == "start":
            run.start(found, today=today)
        elif verb == "stop":
            run.stop(found, today=today, minimum=_minimum(request))
        elif verb == "use":
            run.take_into_use(found, key=request.POST.get("variant", ""), today=today, by=by)
        elif verb == "improve":
            told = sentence(found, load_found(found, today=today, minimum=_minimum(request)))
            run.improve(found, by=by, sentence=told)
        elif verb == "archive":
            run.archive(found)
            return redirect("experiments")
        else:
            messages.error(request, _("Choose what to do."))
    except run.NotNow as error:
        messages.error(request, str(error))
    return redirect("experiment", slug)


def _experiment(slug: str) -> Experiment:
    if "\x00" in slug:
        raise Http404
    of = Experiment.objects.in_use().select_related("touchpoint", "owner", "improvement", "change")
    return get_object_or_404(of, slug=slug)  # type: ignore[no-any-return]


def _minimum(request: HttpRequest) -> int:
    return int(request.tenant.anonymity_minimum)  # type: ignore[attr-defined]


def _row(request: HttpRequest, of: Experiment) -> dict[str, Any]:
    """An experiment with what it has found; of one that has not started, what its plan would be today."""
    today = today_of(request)
    if of.state == State.DRAFT:
        planned = plan(
            metric_name=of.metric,
            touchpoint_id=of.touchpoint_id,
            least=of.least,
            variants=len(of.variants),
            today=today,
        )
        return {"experiment": of, "found": None, "planned": planned, "metric": metric(of.metric)}
    found = load_found(of, today=today, minimum=_minimum(request))
    return {
        "experiment": of,
        "found": found,
        "planned": of.planned,
        "metric": found.metric,
        "said": sentence(of, found),
        "pictures": picture(found),
    }


def _form(request: HttpRequest, form: ExperimentForm, of: Experiment | None) -> HttpResponse:
    context = {"form": form, "experiment": of, "section": "experiments"}
    status = 400 if form.is_bound else 200
    return render(request, "dashboards/experiments/form.html", context, status=status)


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None
