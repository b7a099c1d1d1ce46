"""/api/v1/promises/{slug}/instructions: what staff are asked to do, who has taken it on, who is trained."""

from typing import Any

from django.db import transaction
from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from cxplatform.api import fields
from cxplatform.api.pagination import CursorPages
from cxplatform.api.problems import NOT_YOURS, wrong_fields
from cxplatform.api.views import TenantMixin
from cxplatform.tenancy.models import Membership, Scope
from journeys.definitions_api import Archived, Owner
from journeys.models import Touchpoint, Unit
from promises.instructions import concern, take, write
from promises.models import Instruction, Promise
from promises.parts_api import ArchivableParts, OnePart, PartSerializer
from promises.present import promise_of

_NOUN = ("instruction", "instructions")


class InstructionSerializer(PartSerializer):
    """What staff in one role are asked to do. Changed words are a new version, to be acknowledged anew."""

    unit = fields.SlugReference(Unit, required=False, allow_null=True, help_text="Of which unit; null = of every.")
    touchpoint = fields.SlugReference(
        Touchpoint, required=False, allow_null=True, help_text="The touchpoint on whose page it is shown."
    )
    archived = Archived(source="archived_at", required=False)

    example = {
        "role": "fitter",
        "wording": "Ask every customer whether they leave their old tyres to be recycled.",
        "audience": "employee",
        "unit": "turku",
        "training": "Half an hour in the yard",
    }

    class Meta:
        model = Instruction
        fields = (
            "id",
            "role",
            "wording",
            "audience",
            "unit",
            "touchpoint",
            "training",
            "position",
            "version",
            "changed_at",
            "archived",
        )
        read_only_fields = ("id", "version", "changed_at")
        extra_kwargs = {
            "role": {"help_text": "What the work is called."},
            "wording": {"max_length": 4000, "help_text": "What to do, so that the promise is kept."},
            "audience": {"help_text": "The role of the members it concerns; empty = every role."},
            "training": {"max_length": 2000, "help_text": "What training it takes; empty = none."},
        }

    def add(self, promise: Promise, values: dict[str, Any]) -> Any:
        return write.add(promise=promise, fields=values)

    @transaction.atomic
    def change(self, row: Any, values: dict[str, Any]) -> Any:
        if "archived_at" in values:
            write.archive(instruction=row, archived=values.pop("archived_at") is not None)
        return write.change(instruction=row, fields=values)


class Instructions(ArchivableParts):
    serializer_class, related, noun = InstructionSerializer, ("unit", "touchpoint"), _NOUN


class OneInstruction(OnePart):
    serializer_class, related, noun = InstructionSerializer, ("unit", "touchpoint"), _NOUN

    def take_away(self, row: Any) -> None:
        write.archive(instruction=row)


class StandingSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """A member whom an instruction concerns. What is null they have not done by its words as they are now."""

    member = serializers.EmailField(source="member.user.email")
    role = serializers.CharField(source="member.role")
    read_at = serializers.DateTimeField(allow_null=True)
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    earlier = serializers.IntegerField(
        allow_null=True, help_text="The newest version before this one that they acknowledged."
    )
    trained_on = serializers.DateField(allow_null=True)
    trained_version = serializers.IntegerField(allow_null=True, help_text="The version they were trained by.")


class AcknowledgementSerializer(fields.StrictSerializer):
    member = Owner(help_text="Who has read it, by e-mail: a member whom the instruction concerns.")
    version = fields.Whole(min_value=1, help_text="The version that was read; it must be the one in force.")
    follows = fields.Flag(required=False, default=True, help_text="false: read, but not taken on.")

    example = {"member": "mikko@example.org", "version": 1}


class TrainingSerializer(fields.StrictSerializer):
    member = Owner(help_text="Who was trained, by e-mail: a member whom the instruction concerns.")
    done_on = serializers.DateField(help_text="When; not later than today.")

    example = {"member": "mikko@example.org", "done_on": "2026-11-02"}

    def validate_done_on(self, day: Any) -> Any:
        if day > timezone.localdate(timezone=self.context["request"].auth.tenant.zone):
            raise serializers.ValidationError("Training is noted when it is done. Send today or an earlier day.")
        return day


class _OfInstruction(TenantMixin, GenericAPIView):
    query = frozenset[str]()
    pagination_class = CursorPages

    def instruction(self) -> Instruction:
        rows = Instruction.objects.in_use().filter(promise=promise_of(self.kwargs["slug"]), pk=self.kwargs["pk"])
        found: Instruction | None = rows.first()
        if found is None:
            raise Http404(NOT_YOURS)
        return found

    def sent(self, instruction: Instruction) -> tuple[Membership, dict[str, Any]]:
        """The member named in the body, whom the instruction concerns, and what else was sent."""
        serializer = self.get_serializer(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        values = serializer.validated_data
        member = concern.members_of(instruction).filter(user=values.pop("member")).first()
        if member is None:
            raise wrong_fields({"member": "The instruction does not concern this member. See its role and unit."})
        return member, values

    def answer(self, instruction: Instruction, member: Membership) -> Response:
        (person,) = concern.standing(instruction, [member])
        return Response(StandingSerializer(person).data, status=201)


class Acknowledgements(_OfInstruction):
    scopes = {"GET": Scope.READ, "POST": Scope.DEFINITIONS_WRITE}
    query = CursorPages.query
    serializer_class = AcknowledgementSerializer

    @extend_schema(
        operation_id="list_acknowledgements",
        summary="Who has acknowledged an instruction, and who has not",
        responses=StandingSerializer(many=True),
    )
    def get(self, request: Any, slug: str, pk: int) -> Response:
        """Every member it concerns, a page at a time, and how they stand to its words as they are now."""
        instruction = self.instruction()
        page = self.paginate_queryset(concern.members_of(instruction))
        people = concern.standing(instruction, page or [])
        return self.get_paginated_response(StandingSerializer(people, many=True).data)

    @extend_schema(
        operation_id="send_acknowledgement",
        summary="Tell that a member has acknowledged an instruction",
        responses={201: StandingSerializer},
    )
    def post(self, request: Any, slug: str, pk: int) -> Response:
        """For systems in which staff read their instructions. Told again, the first time stands."""
        instruction = self.instruction()
        member, values = self.sent(instruction)
        try:
            take.acknowledge(instruction=instruction, user=member.user, **values)
        except take.OtherWords:
            raise wrong_fields(
                {"version": f"Version {instruction.version} is in force. Have it read and send that number."}
            ) from None
        return self.answer(instruction, member)


class Trainings(_OfInstruction):
    scopes = {"POST": Scope.DEFINITIONS_WRITE}
    serializer_class = TrainingSerializer

    @extend_schema(
        operation_id="send_training",
        summary="Tell that a member was trained to follow an instruction",
        responses={201: StandingSerializer},
    )
    def post(self, request: Any, slug: str, pk: int) -> Response:
        """By its words as they are now. Told again, the new date replaces the one before."""
        instruction = self.instruction()
        member, values = self.sent(instruction)
        take.train(instruction=instruction, user=member.user, by=None, **values)
        return self.answer(instruction, member)


urlpatterns = [
    path("promises/<str:slug>/instructions", Instructions.as_view()),
    path("promises/<str:slug>/instructions/<int:pk>", OneInstruction.as_view()),
    path("promises/<str:slug>/instructions/<int:pk>/acknowledgements", Acknowledgements.as_view()),
    path("promises/<str:slug>/instructions/<int:pk>/trainings", Trainings.as_view()),
]
