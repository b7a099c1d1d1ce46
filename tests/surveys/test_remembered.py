"""A process remembers surveys between answers, and no answer is ever taken by one that was edited meanwhile."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from surveys.answer import record_responses
from surveys.models import Question, Response, Survey
from surveys.questionnaire.publish import publish
from tests.factories import make_tenant, make_touchpoint
from tests.surveys.worlds import make_survey, submission

pytestmark = pytest.mark.django_db


def _answer(survey: Survey | str, **fields: Any) -> dict[str, str]:
    """One answer through the door; what was wrong with it by field."""
    recorded = record_responses([submission(survey, **fields)], collected_by="api")
    return dict(recorded.rejected[0].errors) if recorded.rejected else {}


def _ask_ease_too(survey: Survey) -> None:
    Question.objects.create(survey=survey, key="ces", metric="ces/1-7", position=2)
    publish(survey)


def _put(**fields: Any) -> Callable[[Survey], Any]:
    return lambda survey: Survey.objects.filter(pk=survey.pk).update(**fields)


def test_the_next_answer_to_a_survey_is_one_statement() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    with activate(tenant.pk):
        assert _answer(survey, nps=9) == {}
        with CaptureQueriesContext(connection) as asked:
            assert _answer(survey, nps=3) == {}
    assert len([query for query in asked if not query["sql"].startswith("PREPARE")]) == 1


@pytest.mark.parametrize(
    ("edit", "stored"),
    [
        (_ask_ease_too, ("number", 2)),
        (_put(kind=Survey.Kind.RELATIONSHIP), ("wave", "2025-Q1")),
        (_put(audience="employee"), ("audience", "employee")),
        (_put(anonymous=True), ("customer_id", None)),
        (
            lambda survey: Tenant.objects.filter(pk=survey.tenant_id).update(timezone="Asia/Tokyo"),
            ("answered_at", datetime(2025, 3, 1, 3, tzinfo=UTC)),
        ),
    ],
)
def test_an_edit_holds_from_the_next_answer_on(edit: Callable[[Survey], Any], stored: tuple[str, Any]) -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    fields: dict[str, Any] = {"nps": 9, "customer": "c-1", "answered_at": datetime(2025, 3, 1, 12)}
    name, value = stored
    column = "version__number" if name == "number" else name
    with activate(tenant.pk):
        assert _answer(survey, id="before", **fields) == {}
        edit(survey)
        assert _answer(survey, id="after", **fields) == {}
        found = dict(Response.objects.values_list("submission_id", column))
    assert found["after"] == value != found["before"]


def test_a_survey_moved_to_another_touchpoint_takes_its_answers_along() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    with activate(tenant.pk):
        place = make_touchpoint(tenant)
        _answer(survey, id="before", nps=9)
        _put(touchpoint=place)(survey)
        _answer(survey, id="after", nps=9)
        found = dict(Response.objects.values_list("submission_id", "touchpoint_id"))
    assert found == {"before": None, "after": place.pk}


def test_an_answer_is_not_refused_by_what_was_asked_before() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    with activate(tenant.pk):
        assert "answers.ces" in _answer(survey, nps=9, ces=7)
        _ask_ease_too(survey)
        assert _answer(survey, nps=9, ces=7) == {}
        assert _answer(survey, version=1, nps=9) == {}


def test_a_renamed_survey_is_unknown_by_its_old_name() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant, "old")
    with activate(tenant.pk):
        assert _answer("old", nps=9) == {}
        _put(slug="new")(survey)
        assert _answer("old", nps=9).keys() == {"survey"}
        assert _answer("new", nps=9) == {}


def test_two_companies_surveys_of_one_name_are_two() -> None:
    ours, theirs = make_tenant(), make_tenant()
    surveys = [(tenant, make_survey(tenant, "visit")) for tenant in (ours, theirs)]
    for tenant, _ in surveys * 2:
        with activate(tenant.pk):
            assert _answer("visit", nps=9) == {}
    for tenant, survey in surveys:
        with activate(tenant.pk):
            assert list(Response.objects.values_list("survey_id", flat=True)) == [survey.pk] * 2


def test_a_repeated_answer_gets_the_first_ones_id_also_after_an_edit() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    with activate(tenant.pk):
        first = record_responses([submission(survey, "once", nps=9)], collected_by="api").taken[0]
        again = record_responses([submission(survey, "once", nps=9)], collected_by="api").taken[0]
        _ask_ease_too(survey)
        late = record_responses([submission(survey, "once", nps=9)], collected_by="api").taken[0]
    assert (again.id, again.duplicate, late.id, late.duplicate) == (first.id, True, first.id, True)
