"""/api/v1/experiments: declared, started and stopped, with what they found, and the variant that falls to a customer or
a visitor."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from cxplatform.api.problems import NOT_YOURS, Problem
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope, Tenant
from dashboards.experiments import lot, run
from dashboards.experiments.api_schema import (
    LIST,
    ONE,
    TEXT,
    AssignSerializer,
    DeclareSerializer,
    ExperimentMoveSerializer,
    of_properties,
)
from dashboards.experiments.figures import load_found
from dashboards.models import Experiment


class Experiments(TenantAPIView):
    scopes = {"GET": Scope.READ, "POST": Scope.DEFINITIONS_WRITE}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(
        operation_id="list_experiments", summary="Read experiments", responses={(200, "application/json"): LIST}
    )
    def get(self, request: Any) -> Response:
        """All but those put away."""
        rows = Experiment.objects.in_use().select_related("touchpoint", "owner").order_by("-id")[:500]
        return Response({"experiments": [_head(one) for one in rows]})

    @extend_schema(
        operation_id="declare_experiment",
        summary="Declare an experiment",
        request=DeclareSerializer,
        responses={(201, "application/json"): ONE},
    )
    def post(self, request: Any) -> Response:
        """It does not run yet: start it when the touchpoint is ready for it."""
        serializer = DeclareSerializer(data=request.data, context={"request": request})
        serializer.is_valid(raise_exception=True)
        return Response(_shown(run.declare(serializer.validated_data), self.tenant), status=201)


class OneExperiment(TenantAPIView):
    scopes = {
        "GET": Scope.READ,
        "PATCH": Scope.DEFINITIONS_WRITE,
        "POST": Scope.DEFINITIONS_WRITE,
        "DELETE": Scope.DEFINITIONS_WRITE,
    }
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(
        operation_id="read_experiment", summary="Read an experiment", responses={(200, "application/json"): ONE}
    )
    def get(self, request: Any, slug: str) -> Response:
        """Its variants with score, n (customers) and interval, and each one's difference from the first with an
        interval that holds however often you look. A score of fewer than the organisation's smallest group is null.
        """
        return Response(_shown(_find(slug), self.tenant))

    @extend_schema(
        operation_id="redeclare_experiment",
        summary="Change an experiment that has not started",
        request=DeclareSerializer(partial=True),
        responses={(200, "application/json"): ONE},
    )
    def patch(self, request: Any, slug: str) -> Response:
        """409 once it was started: what it is judged by stays as it was declared."""
        of = _find(slug)
        serializer = DeclareSerializer(of, data=request.data, partial=True, context={"request": request})
        serializer.is_valid(raise_exception=True)
        _do(lambda: run.redeclare(of, serializer.validated_data))
        return Response(_shown(_find(slug), self.tenant))

    @extend_schema(
        operation_id="move_experiment",
        summary="Start or stop an experiment",
        request=ExperimentMoveSerializer,
        responses={(200, "application/json"): ONE},
    )
    def post(self, request: Any, slug: str) -> Response:
        """Started, it fixes how many customers of each variant it takes, and answers carry the variant from then on.
        Stopped, it keeps what was found. 409 where its state does not allow it, or where the difference looked for is
        so small that it takes more answers than anybody gathers.
        """
        of = _find(slug)
        serializer = ExperimentMoveSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        today = timezone.localdate(timezone=self.tenant.zone)
        if serializer.validated_data["state"] == Experiment.State.RUNNING:
            _do(lambda: run.start(of, today=today))
        else:
            _do(lambda: run.stop(of, today=today, minimum=self.tenant.anonymity_minimum))
        return Response(_shown(_find(slug), self.tenant))

    @extend_schema(operation_id="archive_experiment", summary="Put an experiment away", responses={204: None})
    def delete(self, request: Any, slug: str) -> Response:
        """Nothing is lost of its answers. 409 while it runs."""
        of = _find(slug)
        _do(lambda: run.archive(of))
        return Response(status=204)


class Assign(TenantAPIView):
    scopes = {"POST": Scope.EVENTS_WRITE}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(
        operation_id="assign_variant",
        summary="Draw a variant",
        request=AssignSerializer,
        responses={
            (200, "application/json"): of_properties(
                {"experiment": TEXT, "variant": TEXT, "property": TEXT, "running": {"type": "boolean"}}
            )
        },
    )
    def post(self, request: Any, slug: str) -> Response:
        """The same customer or visitor always draws the same. A customer keeps the variant, and their answers carry it
        whichever way they are asked; of a visitor send it yourself, as this property of events and answers or as
        `variant=experiment:key` of a survey link. Where the experiment does not run it is the first variant.
        """
        of = _find(slug)
        serializer = AssignSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        variant = lot.assign(of, **serializer.validated_data)
        running = of.state == Experiment.State.RUNNING
        return Response({"experiment": of.slug, "variant": variant, "property": of.dimension, "running": running})


def _find(slug: str) -> Experiment:
    found = Experiment.objects.in_use().select_related("touchpoint", "owner").filter(slug=slug).first()
    if found is None:
        raise Http404(NOT_YOURS)
    return found  # type: ignore[no-any-return]


def _do(verb: Callable[[], Any]) -> None:
    try:
        verb()
    except run.NotNow as error:
        raise Problem(str(error), status=409) from None


def _head(of: Experiment) -> dict[str, Any]:
    return {
        "slug": of.slug,
        "name": of.name,
        "question": of.question,
        "owner": of.owner.email if of.owner else None,
        "touchpoint": of.touchpoint.slug,
        "metric": of.metric,
        "property": of.dimension,
        "state": of.state,
        "started": of.started_on.isoformat() if of.started_on else None,
        "stopped": of.stopped_on.isoformat() if of.stopped_on else None,
        "least": of.least,
        "planned": of.planned,
    }


def _shown(of: Experiment, tenant: Tenant) -> dict[str, Any]:
    """An experiment with what it has found so far."""
    today = timezone.localdate(timezone=tenant.zone)
    found = load_found(of, today=today, minimum=tenant.anonymity_minimum)
    variants = [
        {
            "key": one.key,
            "name": one.name,
            "n": one.n if one.score else 0,
            "answers": one.answers if one.score else 0,
            "score": one.score.value if one.score else None,
            "low": one.score.low if one.score else None,
            "high": one.score.high if one.score else None,
            "difference": one.against.difference if one.against else None,
            "difference_low": one.against.low if one.against else None,
            "difference_high": one.against.high if one.against else None,
            "verdict": one.against.verdict if one.against else None,
        }
        for one in found.variants
    ]
    return {
        **_head(of),
        "verdict": found.verdict,
        "best": found.best.key if found.best else None,
        "uneven": found.uneven,
        "change": of.change_id,
        "improvement": of.improvement_id,
        "variants": variants,
    }
