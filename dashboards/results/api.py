"""/api/v1/public-results: the public results page, its settings and what everybody reads on it."""

from typing import Any

from django.conf import settings
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from cxplatform.api import fields
from cxplatform.api.problems import wrong_fields
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.addresses import absolute, root_url
from cxplatform.tenancy.models import Scope
from dashboards.measures import MEASURES
from dashboards.models import ResultsPage
from dashboards.results import page as results
from dashboards.results.scores import Told
from promises.publishing.api import TextsSerializer

_TEXT: dict[str, Any] = {"type": "string"}
_NUMBER: dict[str, Any] = {"type": ["number", "null"]}
_LANGUAGES = [code for code, _name in settings.LANGUAGES]


def _rows(properties: dict[str, Any], *, null: bool = True) -> dict[str, Any]:
    row = {"type": "object", "required": list(properties), "properties": properties}
    return {"type": ["array", "null"] if null else "array", "items": row}


_RATE = {"of": _TEXT, "share": {"type": "number"}, "low": _NUMBER, "high": _NUMBER, "n": {"type": "integer"}}
_SAID: dict[str, Any] = {
    "promises": _rows({"wording": _TEXT, "language": _TEXT, "rates": _rows(_RATE, null=False)}),
    "scores": _rows({"metric": _TEXT, "n": {"type": "integer"}, "score": _NUMBER, "low": _NUMBER, "high": _NUMBER}),
    "said": _rows({"text": _TEXT, "language": _TEXT, "touchpoint": _TEXT}),
    "done": _rows({"said": _TEXT, "did": _TEXT, "language": _TEXT, "on": _TEXT, "touchpoint": _TEXT}),
}
_PAGE: dict[str, Any] = {
    "shown": {"type": "boolean"},
    "listed": {"type": "boolean", "description": "Search engines may list it."},
    "parts": {"type": "array", "items": {"type": "string", "enum": list(ResultsPage.Part.values)}},
    "measures": {"type": "array", "items": {"type": "string", "enum": list(MEASURES)}},
    "titles": {"type": "object", "additionalProperties": _TEXT},
    "introductions": {"type": "object", "additionalProperties": _TEXT},
    "days": {"type": "integer"},
    "address": {"type": "string", "format": "uri"},
}
_ANSWER = {"type": "object", "required": [*_PAGE, *_SAID], "properties": {**_PAGE, **_SAID}}


class ResultsPageSerializer(fields.StrictModelSerializer):
    """The public results page: whether it is shown, what stands on it, and its words."""

    parts = serializers.ListField(child=fields.Choice(choices=ResultsPage.Part.choices), min_length=1)
    measures = serializers.ListField(child=fields.Choice(choices=list(MEASURES)))
    titles = TextsSerializer(required=False, help_text="At most 200 signs each.")
    introductions = TextsSerializer(required=False)

    example = {"shown": True, "parts": ["promises", "scores", "done"], "measures": ["nps", "ces"]}

    class Meta:
        model = ResultsPage
        fields = ("shown", "listed", "parts", "measures", "titles", "introductions", "days")

    def validate_parts(self, chosen: list[str]) -> list[str]:
        return list(dict.fromkeys(chosen))

    def validate_measures(self, chosen: list[str]) -> list[str]:
        """Each once: sent twice, everybody would read it twice."""
        return list(dict.fromkeys(chosen))

    def validate_titles(self, texts: dict[str, str]) -> dict[str, str]:
        if any(len(text) > 200 for text in texts.values()):
            raise serializers.ValidationError("A title is at most 200 signs long.")
        return texts


class PublicResults(TenantAPIView):
    scopes = {"GET": Scope.READ, "PATCH": Scope.DEFINITIONS_WRITE}
    query = frozenset({"language"})

    @extend_schema(
        operation_id="public_results",
        summary="Read the public results page",
        parameters=[OpenApiParameter("language", str, enum=_LANGUAGES, description="Default: the organisation's.")],
        responses={(200, "application/json"): _ANSWER},
    )
    def get(self, request: Any) -> Response:
        """Its settings, and what everybody reads on it, or would once it is shown: promises and how they are kept,
        scores, customers' words (where they gave leave and somebody chose them) and what was done. A part that is not
        chosen is null; groups under the organisation's minimum have no figures.
        """
        language = request.query_params.get("language", self.tenant.language)
        if language not in _LANGUAGES:
            raise wrong_fields({"language": f"Send one of: {', '.join(_LANGUAGES)}."})
        return self._answer(language)

    @extend_schema(
        operation_id="change_public_results",
        summary="Change the public results page",
        request=ResultsPageSerializer(partial=True),
        responses={(200, "application/json"): _ANSWER},
    )
    def patch(self, request: Any) -> Response:
        """What is left out stays as it is. Customers' words are chosen on the page itself, by somebody who read
        them."""
        serializer = ResultsPageSerializer(data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        now = results.page_of_company()
        kept = {name: getattr(now, name) for name in ResultsPageSerializer.Meta.fields}
        results.save(fields=kept | dict(serializer.validated_data))
        return self._answer(self.tenant.language)

    def _answer(self, language: str) -> Response:
        page = results.page_of_company()
        found = results.load(page=page, tenant=self.tenant, language=language)
        return Response(
            {
                **{name: getattr(page, name) for name in ResultsPageSerializer.Meta.fields},
                "address": absolute(root_url("results_page", self.tenant.slug)),
                "promises": None
                if found.promises is None
                else [
                    {
                        "wording": one.wording,
                        "language": one.language,
                        "rates": [
                            {"of": rate.of, "share": rate.rate, "low": rate.low, "high": rate.high, "n": rate.n}
                            for rate in one.rates
                        ],
                    }
                    for one in found.promises
                ],
                "scores": None if found.scores is None else [_score(one) for one in found.scores],
                "said": None
                if found.said is None
                else [
                    {"text": one.words.text, "language": one.words.language, "touchpoint": one.place}
                    for one in found.said
                ],
                "done": None
                if found.done is None
                else [
                    {
                        "said": d.said,
                        "did": d.did,
                        "language": d.language,
                        "on": d.on.isoformat(),
                        "touchpoint": d.place,
                    }
                    for d in found.done
                ],
            }
        )


def _score(one: Told) -> dict[str, Any]:
    found = one.score
    return {
        "metric": one.metric.name,
        "n": found.n if found else 0,
        "score": found.value if found else None,
        "low": found.low if found else None,
        "high": found.high if found else None,
    }


urlpatterns = [path("public-results", PublicResults.as_view())]
