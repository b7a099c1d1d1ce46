"""Journeys over REST: stages, steps and jumps as lists, versions read, whole journeys as files."""

from typing import Any

from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.urls import path, re_path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.response import Response

from cxplatform.api import body, fields
from cxplatform.api.problems import NOT_YOURS, Problem, wrong_fields
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy import audit
from cxplatform.tenancy.models import Scope
from journeys.arrange import arrange
from journeys.definitions_api import SLUG, Archived, DefinitionSerializer, Owner, endpoints
from journeys.exchange.apply import take_in
from journeys.exchange.document import Unreadable, read_json, write_json
from journeys.exchange.table import read_csv, write_csv
from journeys.exchange.write import document_of
from journeys.layout import MOST_JUMPS, set_jumps
from journeys.links import set_links
from journeys.models import Dimension, Journey, JourneyPersona, JourneyVersion, Jump, Persona, Stage, Step, Touchpoint
from journeys.versions import OF_STAGE, snapshot

_MOST_PARTS = 200
EMOTION: dict[str, Any] = {"min_value": -2, "max_value": 2, "allow_null": True, "required": False}
_OF_STEP: dict[str, Any] = {"optional": False, "repeats": False, "emotion": None, "change": ""}


class DetailsSerializer(fields.StrictSerializer):
    """What is said of a touchpoint's place in the stage beside its order."""

    touchpoint = fields.SlugReference(Touchpoint)
    optional = fields.Flag(required=False, help_text="May be skipped.")
    repeats = fields.Flag(required=False, help_text="May be repeated.")
    emotion = fields.Whole(**EMOTION, help_text="Designed here; null = as the touchpoint has it.")
    change = fields.Text(required=False, allow_blank=True, max_length=2000, help_text="What will be different.")


class StageSerializer(fields.StrictSerializer):
    id = fields.Whole(required=False, help_text="Keeps the stage and its history; leave out to make a new one.")
    name = fields.Text(max_length=200)
    flow = fields.Choice(choices=Stage.Flow.choices, required=False)
    optional = fields.Flag(required=False, help_text="May be left out.")
    goal = fields.Text(required=False, allow_blank=True, max_length=2000)
    vision = fields.Text(required=False, allow_blank=True, max_length=2000)
    target = fields.Text(required=False, allow_blank=True, max_length=300)
    expectation = fields.Text(required=False, allow_blank=True, max_length=2000, help_text="To exceed.")
    edge = fields.Text(required=False, allow_blank=True, max_length=2000, help_text="Why customers choose us.")
    emotion = fields.Whole(**EMOTION, help_text="Expected as the stage ends, from -2 to 2.")
    after_purchase = fields.Flag(required=False)
    touchpoints = serializers.ListField(
        child=fields.SlugReference(Touchpoint),
        required=False,
        max_length=_MOST_PARTS,
        help_text="Touchpoints of the stage, in order.",
    )
    details = DetailsSerializer(  # type: ignore[call-arg]
        many=True,
        required=False,
        max_length=_MOST_PARTS,
        help_text="Of those touchpoints of which more is said. What is sent replaces the whole list.",
    )

    def validate(self, row: dict[str, Any]) -> dict[str, Any]:
        said = [detail["touchpoint"].slug for detail in row.get("details", [])]
        if len(said) > len(set(said)):
            raise serializers.ValidationError({"details": "A touchpoint is named twice. Name it once."})
        unknown = sorted(set(said) - {touchpoint.slug for touchpoint in row.get("touchpoints", [])})
        if unknown:
            told = "is not among the touchpoints of the stage. Send it there too, or leave it out."
            raise serializers.ValidationError({"details": f"{unknown[0]} {told}"})
        return row

    def to_representation(self, stage: Any) -> dict[str, Any]:
        steps = stage.steps.all()
        return {
            "id": stage.pk,
            "name": stage.name,
            "flow": stage.flow,
            "optional": stage.optional,
            **{name: getattr(stage, name) for name in OF_STAGE},
            "touchpoints": [step.touchpoint.slug for step in steps],
            "details": [
                {"touchpoint": step.touchpoint.slug, **{name: getattr(step, name) for name in _OF_STEP}}
                for step in steps
                if any(getattr(step, name) != value for name, value in _OF_STEP.items())
            ],
        }


class JumpSerializer(fields.StrictSerializer):
    """A way beside the order of stages. Stages are numbered from 1, as they stand in `stages`."""

    from_stage = fields.Whole(min_value=1, max_value=_MOST_PARTS)
    from_touchpoint = fields.SlugReference(Touchpoint)
    to_stage = fields.Whole(min_value=1, max_value=_MOST_PARTS)
    to_touchpoint = fields.SlugReference(Touchpoint)

    def to_representation(self, jump: Any) -> dict[str, Any]:
        return {
            "from_stage": jump.places[0],
            "from_touchpoint": jump.from_step.touchpoint.slug,
            "to_stage": jump.places[1],
            "to_touchpoint": jump.to_step.touchpoint.slug,
        }


@extend_schema_field({"type": "boolean"})
class Finished(Archived):
    """true when the design is finished; it then has one owner and one sponsor."""

    def get_attribute(self, instance: Any) -> Any:
        return instance.finished_at or False


class JourneySerializer(DefinitionSerializer):
    owner = Owner(required=False, allow_null=True)
    sponsor = Owner(required=False, allow_null=True, help_text="Executive sponsor.")
    as_is = fields.SlugReference(
        Journey, required=False, allow_null=True, help_text="For a plan: the journey it is the plan for."
    )
    dimension = fields.SlugReference(Dimension, required=False, allow_null=True)
    segments = serializers.ListField(
        child=fields.Text(max_length=200),
        required=False,
        max_length=50,
        help_text="Values of the dimension it is for.",
    )
    personas = serializers.ListField(
        child=fields.SlugReference(Persona), required=False, max_length=50, source="personas_of"
    )
    finished = Finished(source="finished_at", required=False)
    stages = StageSerializer(  # type: ignore[call-arg]
        many=True,
        required=False,
        max_length=_MOST_PARTS,
        help_text="All stages in order. What is sent replaces the whole list; a stage left out is archived.",
    )
    jumps = JumpSerializer(  # type: ignore[call-arg]
        many=True, required=False, max_length=MOST_JUMPS, help_text="All jumps. What is sent replaces the whole list."
    )
    change_note = fields.Text(
        required=False, write_only=True, allow_blank=True, max_length=2000, help_text="Kept with the new version."
    )
    parts = ("personas_of", "stages", "jumps", "change_note")

    example = {
        "slug": "winter-tyres",
        "name": "Winter tyres",
        "stages": [
            {
                "name": "Choose",
                "touchpoints": ["web-shop"],
                "details": [{"touchpoint": "web-shop", "optional": True}],
            },
            {"name": "Fit", "touchpoints": [], "after_purchase": True},
        ],
    }

    class Meta:
        model = Journey
        fields = (
            *DefinitionSerializer.common,
            "kind",
            "as_is",
            "owner",
            "sponsor",
            "finished",
            "position",
            "trace_by",
            "inactive_hours",
            "condition_property",
            "condition_value",
            "memory",
            "dimension",
            "segments",
            "personas",
            "validated_on",
            "validated_by",
            "co_designers",
            "stages",
            "jumps",
            "change_note",
        )

    def to_representation(self, journey: Any) -> dict[str, Any]:
        stages = list(journey.stages.all())
        number = {stage.pk: place for place, stage in enumerate(stages, start=1)}
        jumps = [
            jump for jump in journey.jumps.all() if {jump.from_step.stage_id, jump.to_step.stage_id} <= set(number)
        ]
        for jump in jumps:
            jump.places = (number[jump.from_step.stage_id], number[jump.to_step.stage_id])
        journey.personas_of = [link.persona for link in journey.for_personas.all()]
        told = super().to_representation(journey)
        told["jumps"] = [self.fields["jumps"].child.to_representation(jump) for jump in jumps]  # type: ignore[attr-defined]
        return told

    def update(self, journey: Any, values: dict[str, Any]) -> Any:
        if values.get("finished_at") and journey.finished_at:
            del values["finished_at"]  # it stays finished since when it was
        return super().update(journey, values)

    def _arrange(self, definition: Any, parts: dict[str, Any]) -> None:
        note = parts.pop("change_note", "")
        super()._arrange(definition, parts)
        snapshot(definition, note=note)

    def arrange_personas_of(self, journey: Journey, personas: list[Persona]) -> None:
        set_links(model=JourneyPersona, of=journey, mine="journey", theirs="persona", wanted=dict.fromkeys(personas))

    def arrange_stages(self, journey: Journey, rows: list[dict[str, Any]]) -> None:
        lists = ("touchpoints", "details")
        wanted = [{name: value for name, value in row.items() if name not in lists} for row in rows]
        present = Stage.objects.in_use().filter(journey=journey)
        stages, left = arrange(model=Stage, present=present, wanted=wanted, match="id", journey=journey)
        for stage in left:
            before = audit.stored(stage)
            stage.archived_at = timezone.now()
            stage.save(update_fields=["archived_at"])
            audit.record("archived", stage, before=before)
        for stage, row in zip(stages, rows, strict=True):
            if "touchpoints" in row:
                details = {one["touchpoint"].pk: one for one in row["details"]} if "details" in row else None
                self._arrange_steps(stage, row["touchpoints"], details)

    def _arrange_steps(self, stage: Any, touchpoints: list[Touchpoint], details: dict[int, Any] | None) -> None:
        if len({touchpoint.pk for touchpoint in touchpoints}) < len(touchpoints):
            raise serializers.ValidationError(f"The stage {stage.name} names a touchpoint twice. Name it once.")
        wanted: list[dict[str, Any]] = [{"touchpoint_id": touchpoint.pk} for touchpoint in touchpoints]
        for row in wanted if details is not None else []:
            said = details.get(row["touchpoint_id"], {})  # type: ignore[union-attr]
            row |= {name: said.get(name, value) for name, value in _OF_STEP.items()}
        present = Step.objects.filter(stage=stage)
        _, left = arrange(model=Step, present=present, wanted=wanted, match="touchpoint_id", stage=stage)
        for step in left:
            audit.record("removed", step)
            step.delete()

    def arrange_jumps(self, journey: Journey, rows: list[dict[str, Any]]) -> None:
        steps = Step.objects.filter(stage__journey=journey, stage__archived_at=None)
        order = Stage.objects.in_use().filter(journey=journey).order_by("position", "id").values_list("pk", flat=True)
        number = {pk: place for place, pk in enumerate(order, start=1)}
        at = {(number[step.stage_id], step.touchpoint_id): step.pk for step in steps}
        pairs = []
        for row in rows:
            ends = [at.get((row[f"{end}_stage"], row[f"{end}_touchpoint"].pk)) for end in ("from", "to")]
            if None in ends:
                raise serializers.ValidationError("A jump names a touchpoint that is not in that stage. Correct it.")
            if ends[0] == ends[1]:
                raise serializers.ValidationError("A jump goes from one touchpoint to another. Correct it.")
            pairs.append((ends[0], ends[1]))
        if len(set(pairs)) < len(pairs):
            raise serializers.ValidationError("A jump is there twice. Send it once.")
        set_jumps(journey, pairs)  # type: ignore[arg-type]


def _stages() -> Prefetch:
    steps = Step._base_manager.select_related("touchpoint").order_by("position", "id")
    stages = Stage._base_manager.filter(archived_at=None).order_by("position", "id")
    return Prefetch("stages", stages.prefetch_related(Prefetch("steps", steps)))


def _jumps() -> Prefetch:
    return Prefetch(
        "jumps", Jump._base_manager.select_related("from_step__touchpoint", "to_step__touchpoint").order_by("id")
    )


def _personas() -> Prefetch:
    return Prefetch("for_personas", JourneyPersona._base_manager.select_related("persona").order_by("id"))


_VERSIONS = {
    "type": "object",
    "properties": {
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "number": {"type": "integer"},
                    "valid_from": {"type": "string", "format": "date-time"},
                    "made_by": {"type": "string"},
                    "note": {"type": "string"},
                    "design": {"type": "object"},
                },
            },
        }
    },
}
_TAKEN = {
    "type": "object",
    "properties": {
        "journey": {"type": "string"},
        "version": {"type": ["integer", "null"]},
        "made": {"type": "array", "items": {"type": "string"}},
        "changed": {"type": "array", "items": {"type": "string"}},
        "warnings": {"type": "array", "items": {"type": "string"}},
    },
}


def _journey(slug: str) -> Journey:
    found: Journey | None = (
        Journey.objects.select_related("as_is", "owner", "sponsor", "dimension").filter(slug=slug).first()
    )
    if found is None:
        raise Http404(NOT_YOURS)
    return found


class Versions(TenantAPIView):
    scopes = {"GET": Scope.READ}
    query = frozenset[str]()

    @extend_schema(
        operation_id="list_versions_of_journey",
        summary="List a journey's versions",
        description="The newest first, each with the design that was in force from then on.",
        responses={200: _VERSIONS},
    )
    def get(self, request: Any, slug: str) -> Response:
        versions = JourneyVersion.objects.filter(journey=_journey(slug)).order_by("-number")
        names = ("number", "valid_from", "made_by", "note", "design")
        return Response({"results": list(versions.values(*names))})


class JourneyFile(TenantAPIView):
    scopes = {"GET": Scope.READ}
    query = frozenset({"as"})

    @extend_schema(
        operation_id="export_journey",
        summary="Export a journey",
        description="The whole journey with all it names as JSON; with `as=csv` a row a step, UTF-8 and semicolons.",
        parameters=[OpenApiParameter("as", str, enum=["json", "csv"], default="json")],
        responses={(200, "application/json"): {"type": "object"}, (200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Any, slug: str) -> HttpResponse:
        form = request.query_params.get("as", "json")
        if form not in ("json", "csv"):
            raise wrong_fields({"as": "Send json or csv."})
        document = document_of(_journey(slug))
        if form == "csv":
            return HttpResponse(write_csv(document), content_type="text/csv; charset=utf-8")
        return HttpResponse(write_json(document), content_type="application/json")


class JourneyFiles(TenantAPIView):
    scopes = {"POST": Scope.DEFINITIONS_WRITE}
    query = frozenset[str]()

    @extend_schema(
        operation_id="import_journey",
        summary="Import a journey",
        description=(
            "A file as the export gives it: JSON, or CSV with `Content-Type: text/csv`. What it names by identifiers"
            " that are free is made, the rest changed to what the file says; what the file leaves out stays as it is."
            " The same file again changes nothing. A file with a fault changes nothing either: each fault is told with"
            " its place."
        ),
        request={
            "application/json": {
                "type": "object",
                "required": ["format", "journey", "stages"],
                "example": {
                    "format": "cxplatform-journey/1",
                    "journey": {"slug": "moving-home", "name": "Moving home"},
                    "stages": [{"name": "Tell of the move", "steps": [{"touchpoint": "moving-form"}]}],
                    "touchpoints": [{"slug": "moving-form", "name": "Form for movers", "emotion": 1}],
                },
            }
        },
        responses={200: _TAKEN},
    )
    def post(self, request: Any) -> Response:
        kind = request.content_type.partition(";")[0].strip().lower()
        if kind not in {"application/json", "text/csv", ""}:
            raise UnsupportedMediaType(kind, "Send Content-Type: application/json or text/csv.")
        raw = body.read(request._request)
        try:
            taken = take_in(read_csv(raw) if kind == "text/csv" else read_json(raw))
        except Unreadable as error:
            said = [{"field": problem.place or "body", "message": problem.text} for problem in error.problems[:100]]
            raise Problem("The file was not taken in: see errors.", errors=said) from None
        return Response(
            {
                "journey": taken.journey.slug,
                "version": taken.version.number if taken.version else None,
                "made": taken.made,
                "changed": taken.changed,
                "warnings": taken.warnings,
            }
        )


urlpatterns = [
    *endpoints(
        "journeys",
        JourneySerializer,
        related=("owner", "sponsor", "as_is", "dimension"),
        fetched=(_stages, _jumps, _personas),
    ),
    re_path(rf"^journeys/{SLUG}/versions$", Versions.as_view()),
    path("journey-files", JourneyFiles.as_view()),
    re_path(rf"^journey-files/{SLUG}$", JourneyFile.as_view()),
]
