"""Topics over REST, as all definitions, and verbatims to be read: masked, with what was told of them."""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db.models import F, Sum
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.response import Response

from cxplatform.api import fields
from cxplatform.api.pagination import CursorPages
from cxplatform.api.views import TenantMixin
from cxplatform.stats import anonymity
from cxplatform.tenancy.models import Scope, Tenant
from journeys.definitions_api import DefinitionSerializer, endpoints
from journeys.models import Channel, Touchpoint, Unit
from surveys.models import Topic, TopicRollup, Verbatim
from surveys.texts.words import LANGUAGES

_MOST_WORDS = 200
_NOWHERE: Mapping[str, Mapping[int, str]] = {"touchpoint": {}, "channel": {}, "unit": {}}
_WORD = re.compile(r"[^\s,*]{2,60}\*?")


class NamesSerializer(fields.StrictSerializer):
    fi = fields.Text(required=False, allow_blank=True, max_length=200)
    sv = fields.Text(required=False, allow_blank=True, max_length=200)
    en = fields.Text(required=False, allow_blank=True, max_length=200)

    def to_representation(self, names: Any) -> dict[str, str]:
        return {language: names[language] for language in LANGUAGES if names.get(language)}


def _words() -> serializers.ListField:
    return serializers.ListField(child=fields.Text(max_length=61), required=False, max_length=_MOST_WORDS)


class WordsSerializer(fields.StrictSerializer):
    fi, sv, en = _words(), _words(), _words()

    def to_representation(self, words: Any) -> dict[str, list[str]]:
        return {language: words[language] for language in LANGUAGES if words.get(language)}

    def validate(self, words: dict[str, list[str]]) -> dict[str, list[str]]:
        wrong = {
            language: "Send words of at least two letters, without spaces, and a * at the end only."
            for language, listed in words.items()
            if not all(_WORD.fullmatch(word) for word in listed)
        }
        if wrong:
            raise serializers.ValidationError(wrong)
        return {language: list(dict.fromkeys(map(str.lower, listed))) for language, listed in words.items()}


class TopicSerializer(DefinitionSerializer):
    """What customers write about, as this company sees it."""

    names = NamesSerializer(required=False, help_text="By language; empty = the name.")
    words = WordsSerializer(
        required=False,
        help_text="By language the words, in their base forms, that tell of it; a * at the end stands for every word"
        " that begins so. Texts already there are told anew within the hour.",
    )
    example = {"slug": "garden", "name": "Piha", "names": {"sv": "Trädgård"}, "words": {"fi": ["ruusu*", "taimi"]}}

    class Meta:
        model = Topic
        fields = (*DefinitionSerializer.common, "names", "words")

    def create(self, values: dict[str, Any]) -> Any:
        return super().create(_plain(values))

    def update(self, definition: Any, values: dict[str, Any]) -> Any:
        return super().update(definition, _plain(values))


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return values | {name: dict(values[name]) for name in ("names", "words") if name in values}


class AboutSerializer(serializers.Serializer[Any]):
    topic = serializers.CharField(help_text="The identifier of the topic.")
    confidence = serializers.FloatField(min_value=0, max_value=1)


class VerbatimSerializer(serializers.Serializer[Verbatim]):
    """One open text as people may read it. Identifiers instead of keys come with the context."""

    id = serializers.UUIDField()
    response = serializers.UUIDField(help_text="The answer that it stands in.")
    question = serializers.CharField()
    answered_at = serializers.DateTimeField()
    language = serializers.CharField(help_text="The language it is written in, as in fi.")
    source = serializers.CharField(  # type: ignore[assignment]
        help_text="Where it was said, of unsolicited feedback; else empty."
    )
    touchpoint = serializers.CharField(allow_null=True)
    channel = serializers.CharField(allow_null=True)
    unit = serializers.CharField(allow_null=True)
    value = serializers.FloatField(allow_null=True, help_text="The answer's leading score on 0-100.")
    text = serializers.CharField(help_text="Without what points at a person.")
    topics = AboutSerializer(many=True, help_text="What it is about, the surest first; told later than the text comes.")
    sentiment = serializers.FloatField(allow_null=True, help_text="-1 bad to 1 good; null where it cannot be told.")
    confidence = serializers.FloatField(allow_null=True, help_text="How sure the sentiment's sign is, 0.5 to 1.")
    emotions = serializers.ListField(child=serializers.CharField())

    def to_representation(self, row: Any) -> dict[str, Any]:
        slugs = self.context["slugs"]
        where = slugs if row.touchpoint_id in self.context["named"] else _NOWHERE
        about = [
            {"topic": slugs["topic"][int(id_)], "confidence": sure}
            for id_, sure in row.topics.items()
            if int(id_) in slugs["topic"]
        ]
        return {
            "id": row.id,
            "response": row.response_id,
            "question": row.key,
            "answered_at": row.answered_at,
            "language": row.language,
            "source": row.source,
            "touchpoint": where["touchpoint"].get(row.touchpoint_id),
            "channel": where["channel"].get(row.channel_id),
            "unit": where["unit"].get(row.unit_id),
            "value": row.value,
            "text": row.text,
            "topics": sorted(about, key=lambda one: -one["confidence"]),
            "sentiment": row.sentiment,
            "confidence": row.confidence,
            "emotions": row.emotions,
        }


def _named(rows: Iterable[Verbatim], tenant: Tenant) -> set[int]:
    """Those of the texts' touchpoints at which enough wrote within a year for the place to tell on nobody."""
    counted = TopicRollup.objects.filter(
        topic_id=0,
        touchpoint_id__in={row.touchpoint_id for row in rows if row.touchpoint_id},
        day__gt=timezone.localdate(timezone=tenant.zone) - timedelta(days=365),
    )
    written = counted.values_list("touchpoint_id").annotate(n=Sum(F("negative") + F("neither") + F("positive")))
    return {place for place, n in written.order_by() if anonymity.enough(n, minimum=tenant.anonymity_minimum)}


class Verbatims(TenantMixin, ListAPIView):
    scopes = {"GET": Scope.READ}
    query = CursorPages.query
    serializer_class = VerbatimSerializer
    pagination_class = CursorPages

    def get_queryset(self) -> Any:
        manager = Verbatim._base_manager if getattr(self, "swagger_fake_view", False) else Verbatim.objects
        return manager.filter(audience="customer")

    @extend_schema(operation_id="list_verbatims", summary="Read verbatims")
    def get(self, request: Any) -> Response:
        """What customers wrote, in the order in which it came in, masked, with what was told of it.

        Who wrote it is not told, nor where when few have written there within a year. Keep `next` and ask again later:
        new ones follow. What is erased goes, and an answer that is corrected keeps its place, so read again from the
        beginning now and then.
        """
        rows: Any = self.paginate_queryset(self.get_queryset())
        slugs = {
            name: dict(model.objects.values_list("pk", "slug"))
            for name, model in (("topic", Topic), ("touchpoint", Touchpoint), ("channel", Channel), ("unit", Unit))
        }
        context = {**self.get_serializer_context(), "slugs": slugs, "named": _named(rows, self.tenant)}
        return self.get_paginated_response(VerbatimSerializer(rows, many=True, context=context).data)


urlpatterns = [*endpoints("topics", TopicSerializer), path("verbatims", Verbatims.as_view())]
