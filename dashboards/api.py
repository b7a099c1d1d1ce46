"""GET /api/v1/scores and /api/v1/heatmap: what the leadership page shows, for other systems."""

from functools import partial
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from cxplatform.api.views import TenantAPIView
from cxplatform.stats.score import Score
from cxplatform.tenancy.models import Scope
from dashboards import api_asked
from dashboards.api_schema import (
    CHOICES_ANSWER,
    CHOICES_PARAMETERS,
    HEATMAP_ANSWER,
    HEATMAP_PARAMETERS,
    SCORES_ANSWER,
    SCORES_PARAMETERS,
)
from dashboards.choices import Chosen, load_choices
from dashboards.goals import load_goals
from dashboards.leadership import signals
from dashboards.leadership.heatmap import Board, StageCell, heatmap
from dashboards.load import last_answered
from dashboards.reading import NOW
from dashboards.scores import load_scores
from surveys.questionnaire.screen import Voice

_EMPTY: dict[str, Any] = {
    "hidden": False,
    "n": 0,
    "score": None,
    "low": None,
    "high": None,
    "shares": {},
    "beside": {},
}


class Scores(TenantAPIView):
    scopes = {"GET": Scope.READ}

    @extend_schema(
        operation_id="scores",
        summary="Scores, with n and interval",
        parameters=SCORES_PARAMETERS,
        responses={(200, "application/json"): SCORES_ANSWER},
    )
    def get(self, request: Any) -> Response:
        """A metric's score over a period, and divided by touchpoint, stage, journey, channel, unit, dimension or time.

        `score` is in the metric's `unit`: points, per cent or the mean; `low` ... `high` is its 95 % interval and
        is not centred on it; no answers is null, never 0. A measure such as `nps` stands for its scale that was
        answered; two scales are never pooled: name one (`nps/1-10`) to be sure. Answers of customers to
        transactional surveys are counted.

        Groups under the organisation's minimum are hidden, and so is the next smallest where a subtraction
        would reveal them: they have `hidden` instead of numbers. Touchpoints, stages, journeys and channels are
        weighed together: what one question hides, no row of others tells. Days are not held against each other.
        """
        asked = api_asked.read(request.query_params, tenant=self.tenant, divided=True)
        found = load_scores(asked)
        groups = [{"value": g.value, "name": g.name, **_numbers(g.score)} for g in found.groups]
        return Response(
            {
                **_head(asked),
                "by": asked.by or None,
                "total": _numbers(found.total),
                **({"groups": groups} if asked.by else {}),
            }
        )


class Choices(TenantAPIView):
    scopes = {"GET": Scope.READ}

    @extend_schema(
        operation_id="choices",
        summary="Answers to free choices and image questions, counted",
        parameters=CHOICES_PARAMETERS,
        responses={(200, "application/json"): CHOICES_ANSWER},
    )
    def get(self, request: Any) -> Response:
        """How many chose each option of each single or multiple choice and image question over a period.

        `share` is in per cent of `n`, those who answered the question (of several chosen: those who were offered the
        option), with its 95 % Wilson interval. Options that were removed keep what was chosen. Words are in the
        organisation's language. Questions that too few answered are `hidden`.
        """
        asked = api_asked.read(request.query_params, tenant=self.tenant, divided=False, measured=False)
        voice = Voice(self.tenant.name, self.tenant.language, self.tenant.formal_address)
        found = load_choices(asked.reading, period=asked.period, places=asked.places, voice=voice)
        return Response(
            {
                "from": asked.period.start.isoformat(),
                "to": asked.period.last.isoformat(),
                "filter": dict(asked.filters),
                "questions": [_question(one) for one in found],
            }
        )


class Heatmap(TenantAPIView):
    scopes = {"GET": Scope.READ}

    @extend_schema(
        operation_id="heatmap",
        summary="Journeys by stages",
        parameters=HEATMAP_PARAMETERS,
        responses={(200, "application/json"): HEATMAP_ANSWER},
    )
    def get(self, request: Any) -> Response:
        """Each stage's pooled score, its target and its worst touchpoint, journey by journey, in order.

        Numbers are as in `/scores`. A stage's touchpoints are pooled; a touchpoint shared by journeys counts in
        each of them. `verdict` is of the comparison asked for by `against`; `change` is null against targets and
        where either side has too few answers.
        """
        asked = api_asked.read(request.query_params, tenant=self.tenant, divided=False, compared=True)
        of = asked.metric
        wanted = asked.filters.get("journey")
        journeys = [j for j in asked.structure.journeys if not wanted or j.slug == wanted]
        places = asked.places if asked.places is not None else tuple(asked.structure.places.values())
        read = asked.reading.counts(metrics=[of.name], windows=asked.windows, places=places, by=["touchpoint_id"])
        now, then = (
            {place.id: read.get(of.name, window, place.id) for place in places} for window in (NOW, asked.against)
        )
        seen = asked.reading.disclosure(metrics=[of.name], windows=asked.windows)
        table = heatmap(
            of,
            journeys,
            Board(now, then if asked.then else {}, partial(seen.shows, of.name), asked.against),
            goals=load_goals(asked.period.last.year),
            minimum=asked.reading.minimum,
            on_target=asked.then is None,
            compared=False,
            centre=None,
            last=last_answered([place.id for place in places]),
            today=asked.period.last,
            signals=signals.NONE,
        )
        return Response(
            {
                **_head(asked),
                "against": asked.against,
                "compared_from": asked.then.start.isoformat() if asked.then else None,
                "compared_to": asked.then.last.isoformat() if asked.then else None,
                "journeys": [
                    {
                        "slug": row.journey.slug,
                        "name": row.journey.name,
                        "stages": [_stage(entry, asked) for entry in row.cells if entry is not None],
                    }
                    for row in table.rows
                ],
            }
        )


def _head(asked: api_asked.Asked) -> dict[str, Any]:
    return {
        "metric": asked.metric.name,
        "unit": asked.metric.unit,
        "from": asked.period.start.isoformat(),
        "to": asked.period.last.isoformat(),
        "filter": dict(asked.filters),
    }


def _question(one: Chosen) -> dict[str, Any]:
    return {
        "survey": one.survey or None,
        "question": one.key,
        "kind": one.kind,
        "title": one.title,
        "hidden": one.n is None,
        "n": one.n,
        "options": [
            {
                "option": option.key,
                "label": option.label,
                "hidden": option.n is None,
                "n": option.n,
                "count": option.count,
                "share": _round(option.share),
                "low": _round(option.low),
                "high": _round(option.high),
            }
            for option in one.options
        ],
    }


def _stage(entry: StageCell, asked: api_asked.Asked) -> dict[str, Any]:
    cell = entry.cell
    judged = cell.score is not None and (asked.then is not None or cell.target is not None)
    change = cell.change if asked.then and cell.change and cell.change.difference is not None else None
    return {
        "id": entry.stage.id,
        "name": entry.stage.name,
        "touchpoints": [place.slug for place in entry.stage.touchpoints],
        "target": cell.target,
        "verdict": cell.verdict if judged else None,
        "change": {name: _round(getattr(change, name)) for name in ("difference", "low", "high")} if change else None,
        "worst": {"touchpoint": entry.worst.place.slug, "score": round(entry.worst.value, 6)} if entry.worst else None,
        "last_answer": entry.last.isoformat() if entry.last else None,
        **(_EMPTY if cell.state == "empty" else _numbers(cell.score)),
    }


def _numbers(score: Score | None) -> dict[str, Any]:
    if score is None:
        return {"hidden": True}
    return {
        "hidden": False,
        "n": score.n,
        "score": _round(score.value),
        "low": _round(score.low),
        "high": _round(score.high),
        "shares": {part: _round(share) for part, share in score.shares.items()},
        "beside": {
            name: {"score": _round(beside.value), "low": _round(beside.low), "high": _round(beside.high)}
            for name, beside in score.beside.items()
        },
    }


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
