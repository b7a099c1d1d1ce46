"""Recall, onboarding and mirror surveys: asked in their own words, and counted apart from all others."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from cxplatform.pipeline.rebuild import rebuild
from cxplatform.tenancy.context import activate
from dashboards.load import counts
from dashboards.periods import Period
from journeys.models import Journey
from surveys.models import Survey
from surveys.questionnaire.publish import publish
from tests.factories import client_of, make_journey, make_member, make_tenant, make_touchpoint
from tests.surveys.test_page import Respondent, responses
from tests.surveys.test_question_kinds import record
from tests.surveys.worlds import CES, NPS, REASON, count_all, counted, make_link, make_survey, submission

pytestmark = pytest.mark.django_db

APART = [("relationship", "customer"), ("recall", "customer"), ("onboarding", "customer"), ("mirror", "employee")]


@pytest.mark.parametrize(("kind", "audience"), APART)
def test_a_kind_never_runs_into_what_customers_say_of_an_encounter(kind: str, audience: str) -> None:
    tenant = make_tenant()
    place = make_touchpoint(tenant)
    encounter = make_survey(tenant, touchpoint_id=place.pk)
    other = make_survey(tenant, kind=kind, audience=audience, touchpoint_id=place.pk)
    record(tenant, [submission(encounter, nps=9, customer="c"), submission(other, nps=0, customer="c")])
    count_all(tenant)
    today = timezone.localdate()
    with activate(tenant.pk):
        found = counts(
            metrics=["nps/0-10"],
            windows={"now": Period(today - timedelta(days=2), today + timedelta(days=2))},
            by=["touchpoint_id"],
        )
    assert list(found.get("nps/0-10", "now", 0)) == [0] * 9 + [1, 0]
    waves = {key[-1] for key, histogram in counted(tenant).items() if histogram[0]}
    quarter = f"{today.year}-Q{(today.month + 2) // 3}"
    assert waves == {quarter if kind == "relationship" else f"{kind}:{quarter}"}
    assert rebuild(tenant.pk)["surveys.rollups"] == 0


def test_each_of_a_new_customers_three_answers_counts_in_one_quarter() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant, kind="onboarding")
    first = datetime(2026, 4, 4, 12, tzinfo=UTC)
    record(
        tenant,
        [
            submission(survey, nps=score, customer="c", answered_at=first + timedelta(days=days))
            for score, days in ((3, 0), (7, 30), (9, 60))
        ],
    )
    count_all(tenant)
    company = [h for key, h in counted(tenant).items() if key[3] == "m" and key[-1] == "onboarding:2026-Q2"]
    assert [sum(column) for column in zip(*company, strict=True)] == [0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0]
    assert rebuild(tenant.pk)["surveys.rollups"] == 0


def test_recall_offers_the_touchpoints_of_its_journey_in_their_order() -> None:
    tenant = make_tenant(language="fi")
    shop, till = make_touchpoint(tenant, "shop", name="Myymälä"), make_touchpoint(tenant, "till", name="Kassa")
    path = make_journey(tenant, stages=("Choose", "Buy", "Return"), touchpoints=[till, shop, till])
    moments = [("best", "best_moment"), ("worst", "worst_moment"), ("last", "last_moment")]
    survey = make_survey(tenant, kind="recall", journey_id=path.journey.pk, questions=moments)
    visit = Respondent(make_link(tenant, survey).code, **{"accept-language": "fi"})
    assert visit.heading == "Mikä hetki jäi mieleesi parhaana?"
    assert visit.html.index(">Kassa<") < visit.html.index(">Myymälä<")
    visit.press(a="shop").press(a="till").press(a="till")
    assert [r.answers for r in responses(tenant)] == [{"best": "shop", "worst": "till", "last": "till"}]
    recalled = {"best": "shop", "worst": "till", "last": "till"}
    record(tenant, [submission(survey, **recalled) for _ in range(8)])
    count_all(tenant)
    with activate(tenant.pk):
        Journey.objects.filter(pk=path.journey.pk).update(memory="Nopeasti ohi")
    # What is remembered stands beside what was meant to be.
    page = client_of(make_member(tenant), headers={"accept-language": "fi"}).get(
        f"/t/{tenant.slug}/journeys/{path.journey.slug}/peak-end/"
    )
    found = {one.key: {option.key: option.count for option in one.options} for one in page.context["page"].recalled}
    till = {"till": 9, "shop": 0}
    assert found == {"best": {"shop": 9, "till": 0}, "worst": till, "last": till}
    assert "Nopeasti ohi" in page.content.decode()
    with activate(tenant.pk):
        lost = Survey.objects.create(slug="lost", name="Lost", kind="recall")
        lost.questions.create(key="best", metric="best_moment")  # type: ignore[attr-defined]
        with translation.override("en"), pytest.raises(ValidationError, match="choose the survey's journey"):
            publish(lost)


def test_staff_are_asked_what_customers_answer_in_the_customers_words() -> None:
    tenant = make_tenant(name="Rengasala", language="fi")
    survey = make_survey(tenant, kind="mirror", audience="employee", questions=[NPS, CES, REASON])
    visit = Respondent(make_link(tenant, survey).code, **{"accept-language": "fi"})
    assert visit.heading.startswith("Mitä arvelet asiakkaiden vastaavan: ”Kuinka todennäköisesti suosittelisit")
    visit.press(a="9")
    assert visit.heading == "Mitä arvelet asiakkaiden vastaavan: ”Rengasala teki asiani hoitamisesta helppoa.”"
    visit.press(a="6")
    assert visit.heading == "Mihin arviosi perustuu?"
    visit.write(reason="Jonot ovat lyhyet")
    assert [r.audience for r in responses(tenant)] == ["employee"]


def test_customers_answer_no_mirror() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant, kind="mirror", audience="employee")
    said = record(tenant, [submission(survey, nps=9, audience="customer")]).rejected[0].errors
    assert said == {"audience": "Staff answer a mirror survey, never customers. Send employee."}
    with activate(tenant.pk):
        Survey.objects.filter(pk=survey.pk).update(audience="customer")
        with translation.override("en"), pytest.raises(ValidationError, match="Staff answer a mirror survey"):
            publish(survey)
