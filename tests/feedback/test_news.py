"""What is new this week, and how those who write differ from those who do not."""

import csv
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

from cxplatform.stats.proportions import shifts
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from dashboards.feedback import apart, news
from dashboards.insights.look import look
from surveys.models import Survey, TopicRollup
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import client_of, make_member, make_tenant
from tests.feedback.worlds import make_topic, say

GARDEN = Path(__file__).parents[3] / "shared" / "data" / "nps_botanic.csv"


def test_shares_shift_as_statsmodels_has_it() -> None:
    now, then = [40, 12, 30, 3], [60, 50, 118, 14]
    found = shifts(now, 100, then, 400)
    p_values = [proportions_ztest([a, b], [100, 400])[1] for a, b in zip(now, then, strict=True)]
    stands = multipletests(p_values, alpha=0.05, method="fdr_bh")[0]
    for one, a, b, p, stand in zip(found, now, then, p_values, stands, strict=True):
        low, high = confint_proportions_2indep(a, 100, b, 400, method="newcomb")
        assert (one.p, one.low, one.high) == (pytest.approx(p), pytest.approx(100 * low), pytest.approx(100 * high))
        assert (one.course in ("rose", "fell")) == stand
    assert [one.course for one in found] == ["rose", "same", "same", "same"]
    assert {one.course for one in shifts([1], 9, [1], 900)} == {"not_enough"}
    assert shifts([], 0, [], 0) == []
    assert shifts([0], 0, [0], 0)[0].difference is None


@pytest.mark.skipif(not GARDEN.exists(), reason="real data not here: nps_botanic.csv belongs in ../shared/data")
def test_in_a_real_survey_those_who_write_are_harsher() -> None:
    groups: dict[bool, list[int]] = {True: [0] * 10, False: [0] * 10}
    with GARDEN.open(newline="") as file:
        for row in csv.DictReader(file):
            if row["nps"]:
                groups[bool(row["explication"].strip())][int(float(row["nps"])) - 1] += 1
    found = apart.apart("nps/1-10", groups[True], groups[False])
    assert (round(found.writers.value or 0, 2), round(found.silent.value or 0, 2)) == (39.22, 58.92)
    assert found.change.verdict == "worse"
    assert found.writers.high < found.silent.low  # type: ignore[operator]


@pytest.fixture
def tenant(db: Any) -> Tenant:
    return make_tenant(name="Rengasala")


def test_the_page_says_that_those_who_write_differ_with_both_scores(tenant: Tenant) -> None:
    count(tenant, nps(60, 20, 40), day=days_ago(3, tenant))
    with activate(tenant.pk):
        survey = Survey.objects.create(slug="s", name="s")
        other = Survey.objects.create(slug="r", name="r", kind="relationship")
    for number in range(20):
        said = say(tenant, f"Bad {number}", nps=0, survey_id=survey.pk)
        if number < 5:  # a second text of the same answer
            say(tenant, "And I wish", nps=0, survey_id=survey.pk, response_id=said.response_id, key="reason_wish")
    say(tenant, "Unsolicited", nps=0, source="reviews", survey_id=survey.pk)
    say(tenant, "Of the relationship", nps=0, survey_id=other.pk)
    with activate(tenant.pk):
        assert look(tenant=tenant, kind=apart.KIND) == 1
    page = client_of(make_member(tenant), headers={"accept-language": "en"}).get(f"/t/{tenant.slug}/feedback/")
    shown = page.context["apart"]
    assert (shown.writers.value, shown.writers.n, shown.silent.value, shown.silent.n) == (-100, 20, 40, 100)
    assert "harsher than the whole" in page.content.decode()
    manager = client_of(make_member(tenant, "unit_manager", unit_ids=[1]))
    assert manager.get(f"/t/{tenant.slug}/feedback/").context["apart"] is None


def test_nothing_is_said_of_few_or_of_no_answers(tenant: Tenant) -> None:
    with activate(tenant.pk):
        Survey.objects.create(slug="s", name="s")
        assert apart.find(tenant=tenant, today=days_ago(0, tenant)) == []
    count(tenant, nps(60, 20, 40))
    say(tenant, "One alone", nps=0, survey_id=1)
    with activate(tenant.pk):
        assert apart.find(tenant=tenant, today=days_ago(0, tenant)) == []
        assert news.find_topics(tenant=tenant, today=days_ago(0, tenant)) == []
        assert news.find_words(tenant=tenant, today=days_ago(0, tenant)) == []


def test_a_topic_that_rose_is_news_and_one_that_did_not_is_none(tenant: Tenant) -> None:
    waiting, price = make_topic(tenant, "Waiting"), make_topic(tenant, "Price")
    with activate(tenant.pk):
        for day, n, of_waiting in ((2, 100, 40), (20, 400, 40)):
            for topic, told in ((0, n), (waiting.pk, of_waiting), (price.pk, n // 10)):
                TopicRollup.objects.create(
                    topic_id=topic, touchpoint_id=0, day=days_ago(day, tenant), negative=told, neither=0, positive=0
                )
        assert look(tenant=tenant, kind=news.TOPICS) == 1
    client = client_of(make_member(tenant), headers={"accept-language": "en"})
    page = client.get(f"/t/{tenant.slug}/feedback/")
    (one,) = page.context["news"]
    assert (one.topic, one.n, one.of, one.then, one.then_of, one.shift.course) == (waiting.pk, 40, 100, 40, 400, "rose")
    assert "40 / 100" in page.content.decode()
    for number in range(5):
        say(tenant, f"Too long {number}", nps=3, topics=[waiting])
    book = load_workbook(BytesIO(client.get(f"/t/{tenant.slug}/feedback/?format=xlsx").content))
    said = [[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()]
    assert any("Too long 4" in row and "NPS 3" in row for row in said)
    assert any(row[0] == "Waiting" and 400 in row for row in said)
    assert client.get(f"/t/{tenant.slug}/feedback/?format=doc").status_code == 404


def test_a_word_is_news_when_enough_people_use_it_who_did_not_before(tenant: Tenant) -> None:
    weeks_ago = timezone.now() - timedelta(days=15)
    for number in range(60):
        say(tenant, f"fine service {number}", at=weeks_ago)
    for number in range(20):
        say(tenant, "fine service", lemmas=" fine service heatpump " if number < 9 else " fine service ")
    same = say(tenant, "x", lemmas=" lonely ")
    for _ in range(9):
        say(tenant, "x", lemmas=" lonely ", customer_id=same.response_id)
    with activate(tenant.pk):
        found = news.find_words(tenant=tenant, today=days_ago(0, tenant))
    assert [(one.data["word"], one.data["n"], one.data["then"]) for one in found] == [("heatpump", 9, 0)]
