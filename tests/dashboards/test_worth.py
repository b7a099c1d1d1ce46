"""Who came back and what they paid in the year after their answer, by class; and value by encounter."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cxplatform.pipeline.claim import drain
from cxplatform.tenancy.context import activate
from dashboards.insights.look import look
from dashboards.models import CompanyIndex, Insight
from dashboards.worth.finder import find
from dashboards.worth.views import sheets
from journeys.record import IncomingEvent, record
from surveys.answer import record_responses
from surveys.models import EncounterRollup, Response
from tests.factories import api_of, client_of, make_key, make_member, make_tenant, make_touchpoint
from tests.surveys.worlds import make_survey, submission

pytestmark = pytest.mark.django_db


def page(tenant: Any) -> Any:
    client = client_of(make_member(tenant, "viewer"), headers={"accept-language": "en"})
    return client.get(f"/t/{tenant.slug}/worth/")


def test_classes_are_told_by_the_year_after_the_answer_and_small_ones_are_hidden() -> None:
    tenant = make_tenant(language="en")
    survey, place = make_survey(tenant, "relation", kind="relationship"), make_touchpoint(tenant)
    now = timezone.now()
    answers, events = [], []
    for number in range(34):
        name, score = f"c{number}", 10 if number < 15 else 2 if number < 30 else 8
        answers.append(submission(survey, nps=score, customer=name, answered_at=now - timedelta(days=500)))
        back = (score == 10 and number < 12) or (score == 2 and number < 18)
        for day in (200, 100) if back else (400,):
            told = {"amount": 50 + number} if day < 365 else {"amount": 9_999}
            events.append(
                IncomingEvent(f"{name}-{day}", "bought", customer=name, touchpoint=place.slug, properties=told,
                              time=now - timedelta(days=day))
            )  # fmt: skip
    # What was paid in another currency is counted apart, and never added up.
    events.append(
        IncomingEvent("krona", "bought", customer="c2", touchpoint=place.slug, time=now - timedelta(days=4),
                      properties={"amount": 4_000, "currency": "sek"})
    )  # fmt: skip
    # The last answer of the year stands, and what is no amount is none.
    answers.append(submission(survey, nps=10, customer="c20", answered_at=now - timedelta(days=600)))
    events.append(
        IncomingEvent("odd", "bought", customer="c1", touchpoint=place.slug, properties={"amount": "much"},
                      time=now - timedelta(days=3))
    )  # fmt: skip
    with activate(tenant.pk):
        assert record_responses(answers, collected_by="import").rejected == []
        assert record(events=events, source="shop").rejected == []
        CompanyIndex.objects.create(metrics={"nps/0-10": 1}, paid_property="amount")
    drain(tenant.pk)
    with activate(tenant.pk):
        assert look(tenant=tenant, kind="nps_class") == 1
        data = Insight.objects.get(kind="nps_class").data
    promoters, passives, detractors = data["classes"]
    assert (promoters["n"], promoters["stayed"]) == (15, 80)
    assert promoters["paid"] == pytest.approx(sum(2 * (50 + k) for k in range(12)) / 15)
    assert (detractors["n"], detractors["stayed"]) == (15, 20)
    assert passives == {"key": "passives", "n": None}
    assert data["apart"]["stayed"][0] == pytest.approx(60)
    assert (data["apart"]["stayed_verdict"], data["apart"]["paid_verdict"]) == ("better", "better")
    text = page(tenant).content.decode()
    for said in ("A difference, not a cause", "80.0%", "+60.0 percentage points"):
        assert said in text
    told = api_of(make_key(tenant, ["read"])).get("/api/v1/worth").json()
    assert [(each["class"], each["n"], each["stayed"]) for each in told["classes"]] == [
        ("promoters", 15, 80),
        ("passives", None, None),
        ("detractors", 15, 20),
    ]
    assert [row[1] for row in sheets(data)[0].rows] == [15, None, 15]
    assert (data["currency"], data["other_currency"]) == ("EUR", 1)
    assert "1 payment in another currency than EUR is left out." in text
    assert sheets(data)[0].columns[5].name == "Paid, EUR"
    with activate(tenant.pk):
        CompanyIndex.objects.update(paid_property="amuont")
        (misspelt,) = find(tenant=tenant, today=date.today())
    assert (misspelt.data["unknown"], misspelt.data["paid"], misspelt.data["classes"][0]["paid"]) == (
        "amuont",
        "",
        None,
    )


def test_without_a_year_and_the_year_after_it_the_page_says_what_it_takes() -> None:
    tenant = make_tenant(language="en")
    with activate(tenant.pk):
        assert find(tenant=tenant, today=date(2026, 5, 1)) == []
    text = page(tenant).content.decode()
    assert "it takes a year of answers from known customers" in text
    assert "Benefit and sacrifice have not been asked together yet." in text


def test_value_by_encounter_hides_what_could_be_subtracted() -> None:
    tenant = make_tenant(language="en")
    with activate(tenant.pk):
        for number, n in ((1, 20), (2, 8), (3, 2)):
            EncounterRollup.objects.create(
                metric="value/-6..6", number=number, histogram=[0] * 9 + [n // 2, 0, n - n // 2, 0]
            )
    found = page(tenant)
    assert [(nth.number, nth.score.n if nth.score else None) for nth in found.context["nths"]] == [
        (1, 20),
        (2, None),
        (3, None),
    ]
    assert "+4.0" in found.content.decode()
    client, outsider = (api_of(make_key(of, ["read"])) for of in (tenant, make_tenant()))
    assert [
        (each["number"], each["hidden"], each["n"]) for each in client.get("/api/v1/worth").json()["encounters"]
    ] == [
        (1, False, 20),
        (2, True, None),
        (3, True, None),
    ]
    assert client.get("/api/v1/worth?class=promoters").status_code == 400
    nothing = outsider.get("/api/v1/worth").json()
    assert (nothing["asked"], nothing["classes"], nothing["encounters"]) == (None, [], [])


def test_the_class_is_of_the_relationship_and_never_mixed_with_single_encounters() -> None:
    tenant = make_tenant(language="en")
    relation, visit = make_survey(tenant, "relation", kind="relationship"), make_survey(tenant, "visit")
    long_ago = timezone.now() - timedelta(days=500)
    answers = [submission(relation, nps=10, customer=f"c{n}", answered_at=long_ago) for n in range(6)]
    # The same people, unhappy with a visit afterwards, and others who were never asked about the relationship.
    answers += [submission(visit, nps=1, customer=f"c{n}", answered_at=long_ago + timedelta(days=9)) for n in range(12)]
    with activate(tenant.pk):
        assert record_responses(answers, collected_by="import").rejected == []
        (found,) = find(tenant=tenant, today=date.today())
    assert [one["n"] for one in found.data["classes"]] == [6, None, None]
    assert found.data["asked"] == "relationship"
    with activate(tenant.pk):
        Response.objects.filter(survey_id=relation.pk).delete()
        (found,) = find(tenant=tenant, today=date.today())
    assert [one["n"] for one in found.data["classes"]] == [None, None, 12]
    assert found.data["asked"] == "transaction"
