"""Surveys over REST: the draft with its questions, and publishing it."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Prefetch, Subquery
from django.urls import re_path
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from cxplatform.api import fields
from cxplatform.tenancy import audit
from cxplatform.tenancy.models import Scope
from journeys.arrange import arrange
from journeys.definitions_api import SLUG, DefinitionSerializer, OneDefinition, endpoints
from journeys.models import Journey, Touchpoint
from surveys.models import Question, Survey, SurveyVersion
from surveys.questionnaire.choices import MOST_EVER
from surveys.questionnaire.gaps import LONGEST as LONGEST_VALUE
from surveys.questionnaire.publish import MOST_EXCUSED, publish
from surveys.questionnaire.questions import PROFILE, QUESTION_TYPES, type_of

_LANGUAGES = ("fi", "sv", "en")
_KEY = re.compile(r"[A-Za-z0-9_-]{1,50}")
_KEY_SAID = "Send a key of at most 50 letters a-z, digits, hyphens and underscores."


class WordingSerializer(fields.StrictSerializer):
    fi = fields.Text(required=False, allow_blank=True, max_length=500)
    sv = fields.Text(required=False, allow_blank=True, max_length=500)
    en = fields.Text(required=False, allow_blank=True, max_length=500)

    def to_representation(self, wording: Any) -> dict[str, str]:
        return {language: wording[language] for language in _LANGUAGES if wording.get(language)}


class OptionSerializer(fields.StrictSerializer):
    key = fields.Text(
        max_length=LONGEST_VALUE,
        help_text="The name of the answer: at most 50 letters, digits, hyphens and underscores; of a profile question"
        " the value of the dimension, whatever it is. What it means stays through all versions.",
    )
    text = WordingSerializer()


class ConditionSerializer(fields.StrictSerializer):
    """Ask only if an earlier answer says so: {"question": "nps", "is": "le", "values": ["6"]}."""

    question = fields.Key(max_length=50, help_text="The key of an earlier question.")
    values = serializers.ListField(
        child=fields.Text(max_length=LONGEST_VALUE), max_length=40, help_text="Names of choices, or numbers as text."
    )

    def get_fields(self) -> dict[str, Any]:
        told = "is: one of the values was answered; not: none of them; le, ge: at most, at least the number."
        return {**super().get_fields(), "is": fields.Choice(choices=["is", "not", "le", "ge"], help_text=told)}

    def to_representation(self, stored: Any) -> Any:
        return stored or None


@extend_schema_field(
    {
        "type": "string",
        "anyOf": [{"enum": sorted(QUESTION_TYPES)}, {"pattern": f"^{PROFILE}[a-z0-9][a-z0-9_.-]{{0,99}}$"}],
    }
)
class QuestionKind(fields.Choice):
    """The name of a question type; publishing says whether a dimension named here is one."""

    def to_internal_value(self, data: Any) -> Any:
        return data if isinstance(data, str) and type_of(data) else super().to_internal_value(data)

    def to_representation(self, value: Any) -> Any:
        return value


class QuestionSerializer(fields.StrictModelSerializer):
    metric = QuestionKind(
        choices=sorted(QUESTION_TYPES),
        help_text="The metric and its scale, or comment for free text; profile: and a dimension's identifier, as in"
        " profile:segment, asks a known customer for what is not known of them.",
    )
    wording = WordingSerializer(required=False, help_text="Your own words by language; empty = the standard wording.")
    options = OptionSerializer(  # type: ignore[call-arg]
        many=True,
        required=False,
        max_length=MOST_EVER,
        help_text="What can be chosen, of a question with options of its own; else your own words for a choice of the"
        " scale, for its low or high end, for the word of an image question, or for the reason asked of a promoter, a"
        " passive or a detractor.",
    )
    only_if = ConditionSerializer(required=False, allow_null=True, help_text="Null = always asked.")

    class Meta:
        model = Question
        fields = ("key", "metric", "wording", "options", "only_if", "required")

    def validate(self, row: dict[str, Any]) -> dict[str, Any]:
        kind = type_of(row.get("metric", ""))
        if kind is not None and not kind.dimension:
            keys = [one["key"] for one in row.get("options", ())]
            wrong = [{} if _KEY.fullmatch(key) else {"key": [_KEY_SAID]} for key in keys]
            if any(wrong):
                raise serializers.ValidationError({"options": wrong})
        return row

    def validate_only_if(self, condition: Any) -> dict[str, Any]:
        return dict(condition or {})

    def validate_options(self, options: Any) -> list[dict[str, Any]]:
        return [{"key": one["key"], "text": dict(one["text"])} for one in options]


class SurveySerializer(DefinitionSerializer):
    touchpoint = fields.SlugReference(Touchpoint, required=False, allow_null=True)
    journey = fields.SlugReference(
        Journey, required=False, allow_null=True, help_text="Recall questions offer its touchpoints."
    )
    questions = QuestionSerializer(  # type: ignore[call-arg]
        many=True,
        required=False,
        max_length=MOST_EXCUSED,
        help_text="The draft's questions in the order asked. What is sent replaces the whole list.",
    )
    published_version = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="The version customers see now; null before the first publishing."
    )
    parts = ("questions",)

    example = {
        "slug": "after-order",
        "name": "After an order",
        "touchpoint": "web-shop",
        "questions": [{"key": "nps", "metric": "nps/0-10", "required": True}, {"key": "why", "metric": "comment"}],
    }

    class Meta:
        model = Survey
        fields = (
            *DefinitionSerializer.common,
            "kind",
            "audience",
            "touchpoint",
            "journey",
            "privacy_notice",
            "legal_basis",
            "anonymous",
            "prize_draw",
            "questions",
            "published_version",
        )

    def validate_questions(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        keys = [row["key"] for row in rows]
        if len(set(keys)) < len(keys):
            raise serializers.ValidationError("Two questions have the same key. Give each its own.")
        return rows

    def arrange_questions(self, survey: Survey, rows: list[dict[str, Any]]) -> None:
        whole = [{"wording": {}, "options": [], "only_if": {}, "required": False, **row} for row in rows]
        present = Question.objects.filter(survey=survey)
        _, left = arrange(model=Question, present=present, wanted=whole, match="key", survey=survey)
        for question in left:
            audit.record("removed", question)
            question.delete()


class SurveyPublishing(OneDefinition):
    scopes = {"POST": Scope.DEFINITIONS_WRITE}
    http_method_names = ["post"]
    words = {
        "POST": (
            "publish",
            "Publish a {one}",
            "Make the draft the version customers see. A draft that has not changed publishes nothing new.",
        )
    }

    @extend_schema(request=None, responses={200: SurveySerializer})
    def post(self, request: Any, slug: str) -> Response:
        survey = self.get_object(lock=True)
        try:
            publish(survey)
        except ValidationError as error:
            raise serializers.ValidationError(error.message_dict) from None
        return Response(self.get_serializer(self.get_object()).data)


def _questions() -> Prefetch:
    return Prefetch("questions", Question._base_manager.order_by("position", "id"))


def _with_version(surveys: Any) -> Any:
    latest = SurveyVersion._base_manager.filter(survey=OuterRef("pk")).order_by("-number").values("number")[:1]
    return surveys.annotate(published_version=Subquery(latest))


_FETCH: dict[str, Any] = {"related": ("touchpoint", "journey"), "fetched": (_questions,), "annotated": _with_version}

urlpatterns = [
    *endpoints("surveys", SurveySerializer, **_FETCH),
    re_path(rf"^surveys/{SLUG}/publish$", SurveyPublishing.as_view(serializer_class=SurveySerializer, **_FETCH)),
]
