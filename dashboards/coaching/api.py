"""/api/v1/coaching: the talks of the person who made the key, and of nobody else."""

from typing import Any, ClassVar

from django.db.models import Q
from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from cxplatform.api import fields
from cxplatform.api.problems import NOT_YOURS, wrong_fields
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Membership, Scope, User
from dashboards.coaching import log
from dashboards.coaching.forms import AHEAD, EARLIEST
from dashboards.models import CoachingTalk
from journeys.definitions_api import Owner

MOST = 500
_NOBODY = "The person who made this key is no member any more: make a key of your own."


class TalkSerializer(fields.StrictModelSerializer):
    """A talk in which somebody was coached. The two of it read it, and who leads customer experience."""

    coach = serializers.EmailField(read_only=True, allow_null=True, source="coach.email")
    coached = Owner()
    day = serializers.DateField()
    next_on = serializers.DateField(required=False, allow_null=True)
    about = fields.Text(max_length=2_000)
    agreed = fields.Text(required=False, allow_blank=True, max_length=2_000)

    example = {"coached": "aino@example.org", "day": "2026-11-02", "about": "The week's three hardest calls"}

    class Meta:
        model = CoachingTalk
        fields = ("id", "coach", "coached", "day", "about", "agreed", "next_on", "written_at")
        read_only_fields = ("id", "written_at")

    def validate_coached(self, who: User) -> User:
        if who == self.context["coach"]:
            raise serializers.ValidationError("Nobody coaches themselves. Send another member's address.")
        return who

    def validate_day(self, day: Any) -> Any:
        if not EARLIEST <= day <= self.context["today"]:
            raise serializers.ValidationError(
                "Send a day from the year 2000 to today: write a talk down once it was held."
            )
        return day

    def validate_next_on(self, day: Any) -> Any:
        today = self.context["today"]
        if day and not today <= day <= today + AHEAD:
            raise serializers.ValidationError("Send a day from today on, at most a year ahead.")
        return day


class _Own(TenantAPIView):
    query: ClassVar[frozenset[str] | None] = frozenset()

    def person(self) -> User | None:
        """Who made the key, while a member."""
        found = Membership.objects.filter(tenant=self.tenant, user_id=self.request.auth.created_by_id)
        return next((member.user for member in found.select_related("user")), None)

    def context(self, person: User) -> dict[str, Any]:
        today = timezone.localdate(timezone=self.tenant.zone)
        return {"request": self.request, "coach": person, "today": today}


class Talks(_Own):
    scopes = {"GET": Scope.COACHING, "POST": Scope.COACHING}

    @extend_schema(operation_id="list_talks", summary="Read your coaching talks", responses=TalkSerializer(many=True))
    def get(self, request: Any) -> Response:
        """Those in which the person who made the key coached or was coached, the newest five hundred first; of
        nobody else, whatever that person may see on the page. None once they are no member any more."""
        me = self.person()
        if me is None:
            return Response([])
        rows = CoachingTalk.objects.select_related("coach", "coached").filter(Q(coach=me) | Q(coached=me))
        return Response(TalkSerializer(rows[:MOST], many=True).data)

    @extend_schema(
        operation_id="write_talk",
        summary="Write a coaching talk down",
        request=TalkSerializer,
        responses={201: TalkSerializer},
    )
    def post(self, request: Any) -> Response:
        """The coach is the person who made the key; who was coached is told by mail that it is written down. Refused
        where that person is no member any more."""
        me = self.person()
        if me is None:
            raise wrong_fields({"coach": _NOBODY})
        serializer = TalkSerializer(data=request.data, context=self.context(me))
        serializer.is_valid(raise_exception=True)
        return Response(TalkSerializer(log.write(coach=me, **serializer.validated_data)).data, status=201)


class OneTalk(_Own):
    scopes = {"PATCH": Scope.COACHING}

    @extend_schema(
        operation_id="change_talk",
        summary="Put a coaching talk right",
        request=TalkSerializer(partial=True),
        responses=TalkSerializer,
    )
    def patch(self, request: Any, pk: int) -> Response:
        """Only the coach does."""
        me = self.person()
        talk = CoachingTalk.objects.select_related("coach", "coached").filter(coach=me, pk=pk).first() if me else None
        if me is None or talk is None:
            raise Http404(NOT_YOURS)
        serializer = TalkSerializer(talk, data=request.data, partial=True, context=self.context(me))
        serializer.is_valid(raise_exception=True)
        now = {name: getattr(talk, name) for name in ("about", "agreed", "next_on", "day", "coached")}
        log.change(talk, **now | serializer.validated_data)
        return Response(TalkSerializer(talk).data)


urlpatterns = [
    path("coaching", Talks.as_view()),
    path("coaching/<int:pk>", OneTalk.as_view()),
]
