"""Focus: what the whole goes with, what is proposed and why, and the themes people choose."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cxplatform.pipeline.claim import drain
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry, Tenant
from cxplatform.tenancy.roles import Role
from dashboards.focus import drivers, proposals, reach
from dashboards.focus.page import load_focus
from dashboards.focus.sheets import sheets
from dashboards.gaps import finder as gaps
from dashboards.insights.look import look
from dashboards.insights.read import findings
from dashboards.models import CustomerWorth, FocusTheme, Insight, Look, Target
from journeys.erasing import erase
from journeys.models import Passage
from surveys.answer import record_responses
from surveys.models import Topic, Verbatim
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import (
    Path,
    api_of,
    client_of,
    make_customer,
    make_journey,
    make_key,
    make_member,
    make_tenant,
    make_unit,
)
from tests.surveys.worlds import make_survey, submission

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def path(kept: None) -> Path:
    return make_journey(make_tenant(name="Rengasala"), "tyre-change", stages=["Choose", "Deliver", "Use", "Help"])


@pytest.fixture(scope="module")
def tenant(path: Path) -> Tenant:
    tenant: Tenant = path.journey.tenant
    return tenant


def looked(tenant: Tenant, *kinds: str) -> None:
    with activate(tenant.pk):
        Look.objects.filter(kind__in=kinds).delete()
        for kind in kinds:
            look(tenant=tenant, kind=kind)
            assert not Look.objects.get(kind=kind).trouble


def trouble_at_help(path: Path) -> None:
    """Help fell and is short of its target; the others are as they were, and on target."""
    tenant = path.journey.tenant
    with activate(tenant.pk):
        Target.objects.create(metric="nps/0-10", year=days_ago(0, tenant).year, value=30)
    for place in path.touchpoints:
        bad = place == path.touchpoints[3]
        count(tenant, nps(*((40, 60, 100) if bad else (120, 60, 20))), at=place)
        count(tenant, nps(120, 60, 20), at=place, day=days_ago(366, tenant))


def page(tenant: Tenant, address: str = "", **member: Any) -> Any:
    client = client_of(make_member(tenant, **{"role": Role.VIEWER} | member), headers={"accept-language": "en"})
    return client.get(f"/t/{tenant.slug}/focus/{address}")


def people_say(path: Path, customers: int = 150) -> None:
    """Whom the shop's help satisfied recommends the company; how choosing went hardly matters."""
    tenant, rng = path.journey.tenant, random.Random("said")
    visit = make_survey(tenant, "visit", questions=[("nps", "nps/0-10"), ("ces", "ces/1-7"), ("heard", "heard/3")])
    whole = make_survey(tenant, "whole", kind="relationship")
    now, told = timezone.now(), []
    for number in range(customers):
        felt = [rng.randint(0, 10) for _ in path.touchpoints]
        for place, value in zip(path.touchpoints, felt, strict=True):
            ease = min(max(round(1 + 0.6 * value + rng.gauss(0, 0.5)), 1), 7)
            told.append(
                submission(visit, customer=f"c{number}", touchpoint=place.slug, nps=value, ces=ease,
                           heard=rng.choice(("yes", "partly", "no")), answered_at=now - timedelta(days=3))
            )  # fmt: skip
        overall = min(max(round(0.2 * felt[0] + 0.7 * felt[3] + rng.gauss(0.5, 1)), 0), 10)
        told.append(submission(whole, customer=f"c{number}", nps=overall, answered_at=now - timedelta(days=1)))
    with activate(tenant.pk):
        assert not record_responses(told, collected_by="import").rejected
    drain(tenant.pk)


def test_the_whole_goes_with_the_touchpoint_that_decided_it(tenant: Tenant, path: Path) -> None:
    people_say(path)
    looked(tenant, drivers.KIND)
    with activate(tenant.pk):
        across, within = (each.data for each in findings([drivers.KIND])[drivers.KIND])
        shown = load_focus(today=days_ago(0, tenant))
    first, second = across["drivers"][:2]
    assert [first["touchpoint"], second["touchpoint"]] == [path.touchpoints[3].pk, path.touchpoints[0].pk]
    assert first["moment"] and not second["moment"]
    assert first["slope"] == pytest.approx(0.7, abs=0.15)
    assert sum(each["share"] for each in across["drivers"]) == pytest.approx(100)
    assert [each["metric"] for each in within["drivers"]] == ["ces/1-7", "heard/3"]
    assert shown.touchpoints and [point.name for point in shown.touchpoints.moments] == [path.touchpoints[3].name]
    told = page(tenant, "map.json").json()
    assert told["points"][0]["name"] == path.touchpoints[3].name


def test_what_cannot_be_said_of_drivers_is_said_with_what_to_do(tenant: Tenant, path: Path) -> None:
    looked(tenant, drivers.KIND)
    assert "Ask a relationship survey" in page(tenant).content.decode()
    people_say(path, customers=20)
    looked(tenant, drivers.KIND)
    assert "Too few have answered about the company as a whole to say (20; at least 50" in page(tenant).content.decode()


def test_a_proposal_carries_its_reasons(tenant: Tenant, path: Path) -> None:
    trouble_at_help(path)
    help_ = path.touchpoints[3]
    count(tenant, nps(18, 2, 0), at=help_, audience="employee", wave="mirror:2026-Q4")
    now = timezone.now()
    with activate(tenant.pk):
        waiting = Topic.objects.create(slug="waiting", name="Waiting", names={"fi": "Odottaminen"})
        Verbatim.objects.bulk_create(
            Verbatim(response_id=f"00000000-0000-7000-8000-{number:012}", key="comment", survey_id=1, answered_at=now,
                     audience="customer", touchpoint_id=help_.pk, value=10, text=f"I waited for {number} days on end.",
                     topics={str(waiting.pk): 0.9})
            for number in range(6)
        )  # fmt: skip
        met = zip(path.touchpoints, (9, 7, 6, 8), strict=True)
        Passage.objects.bulk_create(passage(place.pk, n) for place, most in met for n in range(most))
        CustomerWorth.objects.create(amount=400, currency="EUR", known_on=days_ago(3, tenant), source="finance")
    looked(tenant, gaps.KIND, reach.KIND, proposals.KIND)
    text = page(tenant).content.decode()
    with activate(tenant.pk):
        (found,) = findings([proposals.KIND])[proposals.KIND]
    assert found.touchpoint_id == help_.pk
    assert [reason["kind"] for reason in found.data["reasons"]] == [
        "target",
        "fall",
        "blind_spot",
        "customers",
        "words",
    ]
    for said in (
        "NPS −30 (−40…−19, n 200) of target 30: 60 points short",
        "NPS has fallen by 80 points (",
        "staff guess 97, customers say 41 (0–100; gap 56, ",
        "8 customers a year, worth 3,200 EUR a year (finance)",
        "disappointed customers write most about: Waiting (6 of 6 texts)",
        " days on end.</q>",
    ):
        assert said in text, said


def test_erasing_anybody_takes_the_quotes_out_until_the_next_look(tenant: Tenant, path: Path) -> None:
    with activate(tenant.pk):
        reason = {"kind": "words", "topic": None, "about": 0, "texts": 9, "quote": "I am Matti."}
        Insight.objects.create(
            kind=proposals.KIND, rank=1, touchpoint=path.touchpoints[0], start=days_ago(9, tenant),
            last=days_ago(0, tenant), data={"need": 1, "metric": "nps/0-10", "score": 1, "reasons": [reason]},
        )  # fmt: skip
        erase(make_customer(tenant))
        assert "Matti" not in str(Insight.objects.get().data)


def passage(touchpoint_id: int, number: int) -> Passage:
    now = timezone.now()
    arrays = ("seconds", "score_touchpoint_ids", "scores", "score_seconds", "skipped", "repeated", "undesigned")
    empty: dict[str, Any] = {name: [] for name in arrays}
    return Passage(
        journey_id=1, trace_by="correlation", gap_hours=0, subject=f"{touchpoint_id}-{number}", started_at=now,
        last_at=now, over_at=now, ended=True, variant="00000000-0000-7000-8000-000000000001",
        touchpoint_ids=[touchpoint_id], channel_ids=[0], unit_ids=[0], **empty,
    )  # fmt: skip


def test_words_of_a_few_are_not_quoted(tenant: Tenant, path: Path) -> None:
    trouble_at_help(path)
    with activate(tenant.pk):
        Verbatim.objects.create(
            response_id="00000000-0000-7000-8000-000000000001", key="comment", survey_id=1, answered_at=timezone.now(),
            audience="customer", touchpoint_id=path.touchpoints[3].pk, value=0, text="Only I would have written this.",
        )  # fmt: skip
    looked(tenant, proposals.KIND)
    assert "Only I" not in page(tenant).content.decode()


def choose(tenant: Tenant, path: Path, place: int, **fields: Any) -> Any:
    lead = make_member(tenant, Role.CX_LEAD)
    client = client_of(lead, headers={"accept-language": "en"})
    sent = {
        "touchpoint": path.touchpoints[place].pk,
        "title": f"Theme {place}",
        "owner": lead.user_id,
        "due_on": (days_ago(0, tenant) + timedelta(days=60)).isoformat(),
    }
    return client.post(f"/t/{tenant.slug}/focus/choose/", sent | fields)


def test_at_most_two_themes_are_open_also_for_the_database(tenant: Tenant, path: Path) -> None:
    trouble_at_help(path)
    looked(tenant, proposals.KIND)
    assert [choose(tenant, path, place).status_code for place in (3, 1)] == [302, 302]
    third = choose(tenant, path, 2)
    assert third.status_code == 400
    assert "Two themes are open already" in third.content.decode()
    with activate(tenant.pk):
        theme = FocusTheme.objects.get(title="Theme 3")
        assert (theme.slot, theme.score, [reason["kind"] for reason in theme.reasons]) == (1, -30, ["target", "fall"])
        assert AuditEntry.objects.filter(model="dashboards.focustheme", action="added").count() == 2
        with pytest.raises(IntegrityError), transaction.atomic():
            theme.pk, theme.title = None, "A third"
            theme.save(force_insert=True)


def test_a_theme_ends_with_what_came_of_it_and_makes_room(tenant: Tenant, path: Path) -> None:
    choose(tenant, path, 0), choose(tenant, path, 1)
    lead = client_of(make_member(tenant, Role.CX_LEAD), headers={"accept-language": "en"})
    with activate(tenant.pk):
        first = FocusTheme.objects.get(title="Theme 0").pk
    address = f"/t/{tenant.slug}/focus/{first}/end/"
    assert "This field is required" in lead.post(address, {"outcome": "reached"}).content.decode()
    assert lead.post(address, {"outcome": "reached", "result": "Chat is open on Sundays."}).status_code == 302
    assert "Chat is open on Sundays." in page(tenant).content.decode()
    assert lead.post(address, {"outcome": "reached", "result": "Again"}).status_code == 404
    assert choose(tenant, path, 2).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"due_on": "2020-01-01"}, "from today on"),
        ({"due_on": "soon"}, "Enter a valid date"),
        ({"owner": 999_999}, "valid choice"),
        ({"title": ""}, "required"),
    ],
)
def test_a_theme_that_makes_no_sense_is_refused_where_it_was_written(
    tenant: Tenant, path: Path, wrong: dict[str, Any], said: str
) -> None:
    trouble_at_help(path)
    looked(tenant, proposals.KIND)
    answer = choose(tenant, path, 3, **wrong)
    assert answer.status_code == 400
    assert said in answer.content.decode()


def test_the_same_touchpoint_is_not_chosen_twice_and_nobody_elses_at_all(tenant: Tenant, path: Path) -> None:
    choose(tenant, path, 0)
    assert "a focus theme already" in choose(tenant, path, 0).content.decode()
    others = make_journey(make_tenant())
    assert choose(tenant, path, 1, touchpoint=others.touchpoints[0].pk).status_code == 400
    outsider = client_of(make_member())
    assert outsider.get(f"/t/{tenant.slug}/focus/").status_code == 404


def test_the_worth_of_a_customer_is_dated_and_replaced(tenant: Tenant) -> None:
    lead = client_of(make_member(tenant, Role.CX_LEAD), headers={"accept-language": "en"})
    address, day = f"/t/{tenant.slug}/focus/worth/", days_ago(1, tenant).isoformat()
    for amount in ("410", "412.50"):
        sent = {"amount": amount, "currency": "eur", "known_on": day, "source": "finance"}
        assert lead.post(address, sent).status_code == 302
    with activate(tenant.pk):
        assert [str(worth) for worth in CustomerWorth.objects.all()] == [f"412.50 EUR ({day})"]
    future = lead.post(address, {"amount": "1", "currency": "EUR", "known_on": "2999-01-01", "source": "x"})
    assert "today at the latest" in future.content.decode()


def test_the_leadership_page_shows_the_themes_else_what_speaks_for_itself(tenant: Tenant, path: Path) -> None:
    trouble_at_help(path)
    looked(tenant, proposals.KIND)
    viewer = client_of(make_member(tenant, Role.VIEWER), headers={"accept-language": "en"})
    front = f"/t/{tenant.slug}/"
    assert "No theme is chosen. These speak for themselves" in viewer.get(front).content.decode()
    choose(tenant, path, 3, title="Answer faster")
    text = viewer.get(front).content.decode()
    assert "Answer faster" in text
    assert "of target 30: 60 points short" in text
    manager = client_of(
        make_member(tenant, Role.UNIT_MANAGER, unit_ids=[make_unit(tenant).pk]), headers={"accept-language": "en"}
    )
    seen = manager.get(front).content.decode()
    assert "Answer faster" in seen
    assert "60 points short" not in seen
    assert manager.get(f"{front}focus/").status_code == 403


def test_the_sheets_hold_themes_proposals_and_drivers(tenant: Tenant, path: Path) -> None:
    trouble_at_help(path)
    looked(tenant, proposals.KIND)
    choose(tenant, path, 1)
    with activate(tenant.pk):
        found = {sheet.key: sheet for sheet in sheets(load_focus(today=days_ago(0, tenant)))}
    assert [row[0] for row in found["focus"].rows] == ["Theme 1"]
    assert found["proposals"].rows[0][:2] == (path.touchpoints[3].name, -30)


def test_integrators_read_themes_proposals_and_drivers(tenant: Tenant, path: Path) -> None:
    trouble_at_help(path)
    looked(tenant, drivers.KIND, proposals.KIND)
    choose(tenant, path, 1)
    client, help_ = api_of(make_key(tenant, ["read"])), path.touchpoints[3]
    told = client.get("/api/v1/focus").json()
    assert [theme["touchpoint"] for theme in told["themes"]] == [path.touchpoints[1].slug]
    assert [(each["touchpoint"], each["score"]) for each in told["proposals"]] == [(help_.slug, -30)]
    assert [each["why"] for each in client.get("/api/v1/drivers").json()["analyses"]] == ["unasked"]
    other = api_of(make_key(make_tenant(), ["read"]))
    assert other.get("/api/v1/focus").json() == {"themes": [], "proposals": []}


def test_the_page_reads_as_many_queries_whatever_is_stored(tenant: Tenant, path: Path) -> None:
    client = client_of(make_member(tenant, Role.CX_LEAD))
    asked = []
    for step in (lambda: None, lambda: trouble_at_help(path)):
        step()
        looked(tenant, proposals.KIND, drivers.KIND)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/t/{tenant.slug}/focus/").status_code == 200
        asked.append(len([query for query in captured if "tenancy_user" not in query["sql"]]))
        assert not [query for query in captured if "surveys_response" in query["sql"]]
    assert asked[0] == asked[1]
