"""Surveys, links and answers for tests, and whole views of what was counted."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from cxplatform.pipeline.claim import drain
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from surveys.models import Question, ScoreRollup, Survey, SurveyLink
from surveys.questionnaire.publish import publish
from surveys.submission import Submission

_number = count(1)

NPS = ("nps", "nps/0-10")
CES = ("ces", "ces/1-7")
REASON = ("reason", "comment")


def make_survey(
    tenant: Tenant,
    slug: str = "",
    *,
    questions: Sequence[tuple[str, str] | Mapping[str, Any]] = (NPS,),
    wording: Mapping[str, str] | None = None,
    **fields: Any,
) -> Survey:
    """A published survey; `questions` are (key, metric) or all fields of one, `wording` that of them all."""
    slug = slug or f"survey-{next(_number)}"
    with activate(tenant.pk):
        survey = Survey.objects.create(**{"slug": slug, "name": slug.capitalize()} | fields)
        for position, question in enumerate(questions):
            given = question if isinstance(question, Mapping) else dict(zip(("key", "metric"), question, strict=True))
            Question.objects.create(**{"survey": survey, "position": position, "wording": dict(wording or {}), **given})
        publish(survey)
    return survey


def make_link(tenant: Tenant, survey: Survey, **fields: Any) -> SurveyLink:
    return SurveyLink.objects.create(tenant=tenant, survey_id=survey.pk, **fields)


def option(key: str, fi: str = "", **texts: str) -> dict[str, Any]:
    """An option of a question, worded in Finnish at least."""
    return {"key": key, "text": {"fi": fi or key.capitalize(), **texts}}


def only_if(question: str, is_: str, *values: Any) -> dict[str, Any]:
    return {"question": question, "is": is_, "values": [str(value) for value in values]}


def submission(survey: Survey | str, id: str = "", **fields: Any) -> Submission:
    """A submission with an id of its own unless told; `nps=9` and so on are answers."""
    known = {name: fields.pop(name) for name in list(fields) if name in Submission.__struct_fields__}
    slug = survey if isinstance(survey, str) else survey.slug
    return Submission(**{"submission_id": id or f"s-{next(_number)}", "survey": slug, "answers": fields} | known)


def counted(tenant: Tenant) -> dict[tuple[Any, ...], list[int]]:
    """Every rollup row of the tenant: its key without the tenant, and its histogram."""
    names = ["metric", "dimension", "value", "grain", "touchpoint_id", "start", "channel_id", "audience", "wave"]
    with activate(tenant.pk):
        return {tuple(row[:-1]): row[-1] for row in ScoreRollup.objects.values_list(*names, "histogram")}


def totals(tenant: Tenant) -> dict[str, list[int]]:
    """The company's histogram of each metric, all days, channels, audiences and waves together."""
    found: dict[str, list[int]] = {}
    for key, histogram in counted(tenant).items():
        if key[1] == "" and key[3] == "d" and key[4] == 0:
            metric = key[0]
            found[metric] = [a + b for a, b in zip(found.get(metric, [0] * len(histogram)), histogram, strict=True)]
    return found


def count_all(tenant: Tenant) -> int:
    return drain(tenant.pk).events
