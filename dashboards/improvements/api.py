"""/api/v1/improvements and /decisions: what is put right, by whom and by when, and what was decided."""

from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from cxplatform.api import fields
from cxplatform.api.problems import NOT_YOURS, Problem, wrong_fields
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope
from dashboards.improvements import work
from dashboards.meeting import decide
from dashboards.models import Decision, Improvement
from journeys.definitions_api import Owner
from journeys.models import Touchpoint

MOST = 500
State = Improvement.State


class ImprovementSerializer(fields.StrictModelSerializer):
    """What is made better for customers. `change` is the dated change that it made, once done: what that did is a
    finding of the kind "change" (GET /findings)."""

    kind = fields.Choice(choices=Improvement.Kind.choices, required=False)
    touchpoint = fields.SlugReference(Touchpoint, required=False, allow_null=True)
    owner = Owner(required=False, allow_null=True)
    signal_on = serializers.DateField(required=False, allow_null=True)
    due = serializers.DateField(required=False, allow_null=True)
    before = serializers.IntegerField(read_only=True, allow_null=True, source="before_id")
    change = serializers.IntegerField(read_only=True, allow_null=True, source="change_id")

    example = {
        "title": "Call back within the hour",
        "kind": "structural",
        "touchpoint": "web-shop",
        "due": "2026-12-31",
    }

    class Meta:
        model = Improvement
        fields = (
            "id", "title", "kind", "state", "why", "touchpoint", "owner", "signal_on", "started_on", "due", "done_on",
            "result", "before", "change",
        )  # fmt: skip
        read_only_fields = ("id", "state", "started_on", "done_on", "result")

    def validate_signal_on(self, day: Any) -> Any:
        if day and day > timezone.localdate():
            raise serializers.ValidationError("Send today at the latest: a signal is something that was seen.")
        return day


class ImprovementMoveSerializer(fields.StrictSerializer):
    """Where an improvement goes: `doing` (begun), `done` (with `day` and `what`), `dropped` (with `result`)."""

    state = fields.Choice(choices=[State.DOING, State.DONE, State.DROPPED])
    day = serializers.DateField(required=False, help_text="Of done: from which day customers met it.")
    what = fields.Text(required=False, max_length=200, help_text="Of done: what was changed. Default: the title.")
    result = fields.Text(required=False, max_length=2_000, help_text="What was learned; of dropped: why.")

    example = {"state": "done", "day": "2026-11-02", "what": "Callback within the hour"}

    def validate(self, told: dict[str, Any]) -> dict[str, Any]:
        if told["state"] == State.DROPPED and not told.get("result"):
            raise serializers.ValidationError({"result": ["Say why it is let go."]})
        if told["state"] == State.DONE and "day" not in told:
            raise serializers.ValidationError({"day": ["Send the day from which customers met it."]})
        return told

    def validate_day(self, day: Any) -> Any:
        if not day.year >= 2000 or day > timezone.localdate():
            raise serializers.ValidationError("Send a day from the year 2000 to today: a change ahead is a plan.")
        return day


class DecisionSerializer(fields.StrictModelSerializer):
    """What was decided; only its state can be changed here."""

    owner = serializers.EmailField(read_only=True, allow_null=True, source="owner.email")
    meeting = serializers.IntegerField(read_only=True, allow_null=True, source="meeting_id")
    improvement = serializers.IntegerField(read_only=True, allow_null=True, source="improvement_id")
    state = fields.Choice(choices=Decision.State.choices)

    example = {"state": "done"}

    class Meta:
        model = Decision
        fields = ("id", "text", "owner", "due", "state", "meeting", "improvement", "written_at", "settled_at")
        read_only_fields = ("id", "text", "due", "written_at", "settled_at")


def _states(name: str, values: Any) -> OpenApiParameter:
    return OpenApiParameter(name, str, enum=list(values), description="Those in this state alone. Default: all.")


def _asked(request: Any, values: Any) -> str:
    state: str = request.query_params.get("state", "")
    if state and state not in values:
        raise wrong_fields({"state": f"Send one of: {', '.join(values)}."})
    return state


class Improvements(TenantAPIView):
    scopes = {"GET": Scope.READ, "POST": Scope.DEFINITIONS_WRITE}
    query: ClassVar[frozenset[str] | None] = frozenset({"state"})

    @extend_schema(
        operation_id="list_improvements",
        summary="Read improvements",
        parameters=[_states("state", State.values)],
        responses=ImprovementSerializer(many=True),
    )
    def get(self, request: Any) -> Response:
        """The newest five hundred, the newest first."""
        rows = Improvement.objects.select_related("touchpoint", "owner").order_by("-pk")
        if state := _asked(request, State.values):
            rows = rows.filter(state=state)
        return Response(ImprovementSerializer(rows[:MOST], many=True).data)

    @extend_schema(
        operation_id="propose_improvement",
        summary="Propose an improvement",
        request=ImprovementSerializer,
        responses={201: ImprovementSerializer},
    )
    def post(self, request: Any) -> Response:
        """Its owner is told by mail."""
        serializer = ImprovementSerializer(data=request.data, context={"request": request})
        serializer.is_valid(raise_exception=True)
        made = work.propose(**serializer.validated_data, by=None)
        return Response(ImprovementSerializer(made).data, status=201)


class OneImprovement(TenantAPIView):
    scopes = {"GET": Scope.READ, "PATCH": Scope.DEFINITIONS_WRITE, "POST": Scope.DEFINITIONS_WRITE}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(operation_id="read_improvement", summary="Read an improvement", responses=ImprovementSerializer)
    def get(self, request: Any, pk: int) -> Response:
        """As it is now."""
        return Response(ImprovementSerializer(_improvement(pk)).data)

    @extend_schema(
        operation_id="change_improvement",
        summary="Change an improvement",
        request=ImprovementSerializer(partial=True),
        responses=ImprovementSerializer,
    )
    def patch(self, request: Any, pk: int) -> Response:
        """Other words, place, owner or days. A new owner is told by mail."""
        row = _improvement(pk)
        serializer = ImprovementSerializer(row, data=request.data, partial=True, context={"request": request})
        serializer.is_valid(raise_exception=True)
        if serializer.validated_data:
            work.change(row, by=None, **serializer.validated_data)
        return Response(ImprovementSerializer(_improvement(pk)).data)

    @extend_schema(
        operation_id="move_improvement",
        summary="Begin, finish or drop an improvement",
        request=ImprovementMoveSerializer,
        responses=ImprovementSerializer,
    )
    def post(self, request: Any, pk: int) -> Response:
        """Done notes a dated change, which workers test before against after. 409 where its state does not allow it."""
        row = _improvement(pk)
        serializer = ImprovementMoveSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        told = serializer.validated_data
        try:
            if told["state"] == State.DOING:
                work.begin(row, today=timezone.localdate(timezone=self.tenant.zone))
            elif told["state"] == State.DONE:
                what = told.get("what") or row.title
                work.finish(row, day=told["day"], what=what, result=told.get("result", ""))
            else:
                work.drop(row, why=told["result"])
        except work.NotNow as error:
            raise Problem(str(error), status=409) from None
        return Response(ImprovementSerializer(_improvement(pk)).data)


class Decisions(TenantAPIView):
    scopes = {"GET": Scope.READ}
    query: ClassVar[frozenset[str] | None] = frozenset({"state"})

    @extend_schema(
        operation_id="list_decisions",
        summary="Read decisions",
        parameters=[_states("state", Decision.State.values)],
        responses=DecisionSerializer(many=True),
    )
    def get(self, request: Any) -> Response:
        """The newest five hundred, the newest first."""
        rows = Decision.objects.select_related("owner").order_by("-pk")
        if state := _asked(request, Decision.State.values):
            rows = rows.filter(state=state)
        return Response(DecisionSerializer(rows[:MOST], many=True).data)


class OneDecision(TenantAPIView):
    scopes = {"GET": Scope.READ, "PATCH": Scope.DEFINITIONS_WRITE}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(operation_id="read_decision", summary="Read a decision", responses=DecisionSerializer)
    def get(self, request: Any, pk: int) -> Response:
        """As it is now."""
        return Response(DecisionSerializer(_decision(pk)).data)

    @extend_schema(
        operation_id="settle_decision",
        summary="Settle a decision",
        request=DecisionSerializer(partial=True),
        responses=DecisionSerializer,
    )
    def patch(self, request: Any, pk: int) -> Response:
        """Done, not done, or open again."""
        row = _decision(pk)
        serializer = DecisionSerializer(row, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        if "state" in serializer.validated_data:
            decide.settle(row, state=serializer.validated_data["state"], by=None)
        return Response(DecisionSerializer(row).data)


def _improvement(pk: int) -> Improvement:
    found: Improvement | None = Improvement.objects.select_related("touchpoint", "owner").filter(pk=pk).first()
    if found is None:
        raise Http404(NOT_YOURS)
    return found


def _decision(pk: int) -> Decision:
    found: Decision | None = Decision.objects.select_related("owner").filter(pk=pk).first()
    if found is None:
        raise Http404(NOT_YOURS)
    return found
