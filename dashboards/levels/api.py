"""/api/v1/index, /benchmarks, /baselines and /kpis/{slug}: the company's level, for other systems."""

from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from cxplatform.api import fields
from cxplatform.api.problems import NOT_YOURS, wrong_fields
from cxplatform.api.views import TenantAPIView
from cxplatform.stats.metrics import METRICS
from cxplatform.tenancy import audit
from cxplatform.tenancy.models import Scope
from dashboards.levels.baseline import CannotFreeze, freeze, remove
from dashboards.levels.benchmarks import faults
from dashboards.levels.figures import load_levels
from dashboards.levels.index import Standing
from dashboards.models import Baseline, Benchmark, KpiSeries
from dashboards.periods import Period
from dashboards.query import BadQuery, read_period

_NUMBER = {"type": ["number", "null"]}
_INDEX: dict[Any, Any] = {
    (200, "application/json"): {
        "type": "object",
        "required": ["quarter", "index", "low", "high", "n", "coverage", "target", "metrics", "why", "parts", "change"],
        "properties": {
            "quarter": {"type": ["string", "null"], "format": "date", "description": "Its first day."},
            "index": _NUMBER,
            "low": _NUMBER,
            "high": _NUMBER,
            "n": {"type": ["integer", "null"]},
            "coverage": _NUMBER | {"description": "Share of the weight that is measured, 0 to 1."},
            "target": _NUMBER,
            "metrics": {"type": "object", "additionalProperties": {"type": "number"}},
            "why": {"type": ["string", "null"], "description": "Why there is no index, and what to do."},
            "parts": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["value", "weight", "hidden", "score", "low", "high", "n"],
                    "properties": {
                        "value": {"type": "string"},
                        "weight": {"type": "number"},
                        "hidden": {"type": "boolean"},
                        "score": _NUMBER,
                        "low": _NUMBER,
                        "high": _NUMBER,
                        "n": {"type": ["integer", "null"]},
                    },
                },
            },
            "change": {
                "type": ["object", "null"],
                "required": ["since", "difference", "low", "high", "score", "mix", "verdict"],
                "properties": {
                    "since": {"type": "string", "format": "date"},
                    **{name: {"type": "number"} for name in ("difference", "low", "high", "score", "mix")},
                    "verdict": {"type": "string"},
                },
            },
        },
    }
}


class Index(TenantAPIView):
    scopes = {"GET": Scope.READ}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(operation_id="read_index", summary="Read the company's CX index", responses=_INDEX)
    def get(self, request: Any) -> Response:
        """The index of the newest quarter that can be shown, its segments, and what it is compared with.

        `change` is since the same quarter a year earlier where that was measured, else since the quarter before; of
        it `score` is that customers answer otherwise and `mix` that segments weigh otherwise.
        """
        today = timezone.localdate(timezone=self.tenant.zone)
        levels = load_levels(tenant=self.tenant, today=today)
        at = levels.standing
        return Response(
            {
                "quarter": at.quarter.isoformat() if at.quarter else None,
                **_value(at),
                "coverage": _rounded(at.index.coverage if at.index else None),
                "target": levels.declared.target,
                "metrics": dict(levels.declared.metrics),
                "why": at.why or None,
                "parts": [
                    {
                        "value": part.value,
                        "weight": _rounded(part.weight),
                        "hidden": part.state == "few",
                        "score": _rounded(part.mean),
                        "low": _rounded(part.low),
                        "high": _rounded(part.high),
                        "n": part.n if part.state == "measured" else None if part.state == "few" else 0,
                    }
                    for part in at.parts
                    if levels.declared.dimension
                ],
                "change": _change(at),
            }
        )


def _value(at: Standing) -> dict[str, Any]:
    index = at.index if at.value is not None else None
    return {
        "index": _rounded(index.value if index else None),
        "low": _rounded(index.low if index else None),
        "high": _rounded(index.high if index else None),
        "n": index.n if index else None,
    }


def _change(at: Standing) -> dict[str, Any] | None:
    if at.change is None or at.then_quarter is None:
        return None
    numbers = ("difference", "low", "high", "score", "mix")
    return {
        "since": at.then_quarter.isoformat(),
        **{name: _rounded(getattr(at.change, name)) for name in numbers},
        "verdict": at.change.verdict,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


class BenchmarkSerializer(fields.StrictModelSerializer):
    """What others reach in a metric, as of a day and from a source."""

    metric = fields.Choice(choices=list(METRICS), help_text="The metric with its scale, as in nps/0-10.")
    as_of = serializers.DateField()

    example = {
        "metric": "nps/0-10",
        "name": "Retail in Finland",
        "value": 31,
        "as_of": "2026-05-01",
        "source": "A study",
    }

    class Meta:
        model = Benchmark
        fields = ("metric", "name", "value", "low", "high", "n", "as_of", "source")

    def validate(self, told: dict[str, Any]) -> dict[str, Any]:
        if errors := faults(told):
            raise serializers.ValidationError(errors)
        return told


class Benchmarks(TenantAPIView):
    scopes = {"GET": Scope.READ, "POST": Scope.DEFINITIONS_WRITE}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(operation_id="list_benchmarks", summary="Read benchmarks", responses=BenchmarkSerializer(many=True))
    def get(self, request: Any) -> Response:
        """All of them, by metric, the newest first."""
        return Response(BenchmarkSerializer(Benchmark.objects.all(), many=True).data)

    @extend_schema(
        operation_id="tell_benchmark",
        summary="Tell a benchmark",
        request=BenchmarkSerializer,
        responses={200: BenchmarkSerializer},
    )
    def post(self, request: Any) -> Response:
        """The same metric, name and day again replaces its figures."""
        serializer = BenchmarkSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        told = serializer.validated_data
        key = {name: told[name] for name in ("metric", "name", "as_of")}
        row = Benchmark.objects.filter(**key).first()
        before = audit.state(row) if row else None
        row = row or Benchmark(**key)
        for name in ("value", "low", "high", "n", "source"):
            setattr(row, name, told.get(name))
        row.save()
        audit.record("changed" if before else "added", row, before=before)
        return Response(BenchmarkSerializer(row).data)


class BaselineSerializer(fields.StrictModelSerializer):
    """Days whose counts are frozen."""

    start = serializers.DateField()
    last = serializers.DateField()

    example = {"name": "Before the new chat", "start": "2026-01-01", "last": "2026-03-31"}

    class Meta:
        model = Baseline
        fields = ("slug", "name", "start", "last", "frozen_at")
        read_only_fields = ("slug", "frozen_at")


class Baselines(TenantAPIView):
    scopes = {"GET": Scope.READ, "POST": Scope.DEFINITIONS_WRITE}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(operation_id="list_baselines", summary="Read baselines", responses=BaselineSerializer(many=True))
    def get(self, request: Any) -> Response:
        """All of them, those of the latest days first."""
        return Response(BaselineSerializer(Baseline.objects.all(), many=True).data)

    @extend_schema(
        operation_id="freeze_baseline",
        summary="Freeze a baseline",
        request=BaselineSerializer,
        responses={201: BaselineSerializer},
    )
    def post(self, request: Any) -> Response:
        """Keep the counts of days that are over as they stand now. Both days are counted."""
        serializer = BaselineSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        told = serializer.validated_data
        try:
            made = freeze(name=told["name"], period=self._period(told))
        except CannotFreeze as error:
            raise wrong_fields({error.field: str(error)}) from None
        return Response(BaselineSerializer(made).data, status=201)

    def _period(self, told: dict[str, Any]) -> Period:
        today = timezone.localdate(timezone=self.tenant.zone)
        given = {"from": told["start"].isoformat(), "to": told["last"].isoformat()}
        try:
            period = read_period(given, today=today)
        except BadQuery as error:
            raise wrong_fields({"start" if error.parameter == "from" else "last": str(error)}) from None
        if period is None or period.last >= today:
            raise wrong_fields({"last": "Send days that are over: a baseline does not move."})
        return period


class OneBaseline(TenantAPIView):
    scopes = {"DELETE": Scope.DEFINITIONS_WRITE}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(operation_id="remove_baseline", summary="Remove a baseline", responses={204: None})
    def delete(self, request: Any, slug: str) -> Response:
        """Its counts go with it."""
        found = Baseline.objects.filter(slug=slug).first()
        if found is None:
            raise Http404(NOT_YOURS)
        remove(found)
        return Response(status=204)


class KpiSerializer(fields.StrictModelSerializer):
    """What a KPI is called and tells of; its identifier, grain and values stay."""

    example = {"side": "money", "target": 420}

    class Meta:
        model = KpiSeries
        fields = ("slug", "name", "unit", "grain", "source", "side", "better", "target")
        read_only_fields = ("slug", "grain")


class OneKpi(TenantAPIView):
    scopes = {"GET": Scope.READ, "PATCH": Scope.DEFINITIONS_WRITE}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(operation_id="read_kpi", summary="Read what a KPI tells of", responses=KpiSerializer)
    def get(self, request: Any, slug: str) -> Response:
        """Its name, unit, side (money, customers or staff), direction and target."""
        return Response(KpiSerializer(self._one(slug)).data)

    @extend_schema(
        operation_id="change_kpi",
        summary="Say what a KPI tells of",
        request=KpiSerializer(partial=True),
        responses=KpiSerializer,
    )
    def patch(self, request: Any, slug: str) -> Response:
        """With a side it stands on the leadership page: money tells of yesterday, customers of today, staff of
        tomorrow."""
        row = self._one(slug)
        before = audit.state(row)
        serializer = KpiSerializer(row, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        changed = serializer.save()
        audit.record("changed", changed, before=before)
        return Response(KpiSerializer(changed).data)

    def _one(self, slug: str) -> KpiSeries:
        found = KpiSeries.objects.filter(slug=slug).first()
        if found is None:
            raise Http404(NOT_YOURS)
        return found
