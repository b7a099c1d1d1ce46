"""The outer loop: what was found becomes an improvement that somebody owns, and its effect is tested."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cxplatform.deliveries.models import OutgoingMail
from cxplatform.stats.median import median
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Membership, Tenant
from cxplatform.tenancy.roles import Role
from dashboards.changes import effects
from dashboards.improvements.board import load_board
from dashboards.improvements.keys import key_of
from dashboards.insights.look import look
from dashboards.models import Decision, FocusTheme, Improvement, Insight, JourneyChange, KpiSeries, KpiValue
from surveys.models import Cause, FollowUp
from tests.dashboards.worlds import count, days_ago, find_decline, nps
from tests.factories import Path, client_of, make_journey, make_member, make_tenant, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def path() -> Path:
    return make_journey(make_tenant(name="Rengasala"), "help", name="Getting help", stages=["Ask", "Help"])


@pytest.fixture
def tenant(path: Path) -> Tenant:
    tenant: Tenant = path.journey.tenant
    return tenant


def english(member: Membership) -> Client:
    return client_of(member, headers={"accept-language": "en"})


def follow_up(tenant: Tenant, **fields: Any) -> FollowUp:
    now = timezone.now()
    defaults = {"cause": Cause.COMPLAINT, "signal_at": now, "contact_due": now, "fix_due": now}
    with activate(tenant.pk):
        made: FollowUp = FollowUp.objects.create(**{**defaults, **fields})
        return made


def test_a_finding_becomes_an_improvement_with_a_team_and_its_effect_is_told_beside_turnover(
    tenant: Tenant, path: Path
) -> None:
    place, today = path.touchpoints[1], days_ago(0, tenant)
    find_decline(tenant, place)
    with activate(tenant.pk):
        key = key_of(Insight.objects.get())
        series = KpiSeries.objects.create(slug="turnover", name="Turnover", unit="EUR", grain="week")
        for weeks in range(12):
            monday = today - timedelta(days=today.weekday(), weeks=weeks)
            since = monday > days_ago(30, tenant)  # whole weeks after the change, whatever day it is today
            KpiValue.objects.create(series=series, start=monday, value=1_100 if since else 1_000)
    lead, doer = english(make_member(tenant, Role.CX_LEAD)), make_user("aino@example.org", first_name="Aino")
    employee = english(make_member(tenant, Role.EMPLOYEE, user=doer))
    begin = f"/t/{tenant.slug}/"

    said = lead.get(f"{begin}findings/").content.decode()
    assert "Turn it into an improvement" in said
    page = lead.post(f"{begin}improvements/of/finding/", {"key": key}).headers["location"]
    assert lead.post(f"{begin}improvements/of/finding/", {"key": key}).headers["location"] == page  # one press, one
    assert f'href="{page}"' in lead.get(f"{begin}findings/").content.decode()
    assert employee.get(page).status_code == 404

    with activate(tenant.pk):
        row = Improvement.objects.get()
        assert (row.finding["kind"], row.finding["place"], row.touchpoint) == ("slow_decline", place.name, place)
    given = {"title": "Call back within the hour", "kind": "structural", "touchpoint": place.pk, "owner": "",
             "signal_on": (today - timedelta(days=60)).isoformat(), "due": "", "why": "=HYPERLINK(1)"}  # fmt: skip
    assert lead.post(f"{page}edit/", given).status_code == 302
    assert lead.post(f"{page}edit/", given | {"signal_on": "2099-01-01"}).status_code == 400
    assert lead.post(f"{page}actions/", {"text": "Ring the customers", "owner": doer.pk}).status_code == 302
    assert "This field is required" in lead.post(f"{page}actions/", {"text": " "}).content.decode()
    assert lead.post(f"{page}team/", {"people": [doer.pk], "watched": [series.pk]}).status_code == 302
    with activate(tenant.pk):
        mail = OutgoingMail.objects.get()
        assert mail.to == "aino@example.org"
        assert "Ring the customers" in mail.text
        assert page in mail.text
        action = row.actions.get()
    seen = employee.get(page).content.decode()
    assert "Ring the customers" in seen
    assert "NPS" not in seen  # the company's figures are not an employee's to see
    assert employee.post(f"{begin}improvements/actions/{action.pk}/", {"done": "1"}).status_code == 302
    assert employee.post(f"{page}done/", {"what": "Mine", "day": today.isoformat()}).status_code == 403

    assert lead.post(f"{page}begin/").status_code == 302
    for ago in range(1, 60):
        count(tenant, nps(*((8, 1, 1) if ago < 30 else (2, 3, 5))), at=place, day=days_ago(ago, tenant))
    done = days_ago(30, tenant)
    assert lead.post(f"{page}done/", {"what": "Called back at once", "day": "2099-01-01"}).status_code == 400
    assert lead.post(f"{page}done/", {"what": "Called back at once", "day": done.isoformat()}).status_code == 302
    assert "done or dropped already" in lead.post(f"{page}drop/", {"why": "no"}, follow=True).content.decode()
    with activate(tenant.pk):
        look(tenant=tenant, kind=effects.KIND)
        change = JourneyChange.objects.get()
        assert (change.what, change.touchpoint) == ("Called back at once", place)
    read = lead.get(page).content.decode()
    assert "Called back at once" in read
    assert "up 8" in read or "up 9" in read
    assert "1 100 EUR" in read.replace(" ", " ").replace(",", " ")
    assert "are not its effect" in read
    assert "Called back at once" in lead.get(begin).content.decode()  # the last fix of the leadership page

    draft = lead.post(f"{page}tell/").headers["location"]
    assert lead.post(f"{page}tell/").headers["location"] == draft
    assert "Called back at once" in lead.get(draft).content.decode()
    assert "not told yet" in lead.get(page).content.decode()

    following = lead.post(f"{page}again/").headers["location"]
    assert following != page
    assert "next iteration has begun already" in lead.post(f"{page}again/", follow=True).content.decode()
    board = lead.get(f"{begin}improvements/")
    assert [len(column.cards) for column in board.context["board"].columns] == [1, 0, 1]
    assert board.context["board"].speed.signal_to_fix.value == 30
    outcomes = board.context["board"].outcomes
    assert (outcomes.better, outcomes.done) == (1, 1)
    book = lead.get(f"{begin}improvements/?format=xlsx")
    assert book.headers["content-type"].endswith("spreadsheetml.sheet")


def test_complaints_become_one_improvement_and_are_counted_as_turned_into_it(tenant: Tenant, path: Path) -> None:
    unit, other = make_unit(tenant, "a"), make_unit(tenant, "b")
    place = path.touchpoints[0]
    mine = [follow_up(tenant, unit_id=unit.pk, touchpoint_id=place.pk) for _ in range(3)]
    foreign = follow_up(tenant, unit_id=other.pk)
    elsewhere = follow_up(make_tenant())
    manager = english(make_member(tenant, Role.UNIT_MANAGER, unit_ids=[unit.pk]))
    address = f"/t/{tenant.slug}/improvements/of/follow-ups/"
    nothing = manager.post(address, {"follow_up": [foreign.pk, elsewhere.pk, "x", "9" * 30]}, follow=True)
    assert "choose anew" in nothing.content.decode()
    page = manager.post(address, {"follow_up": [each.pk for each in [*mine, foreign]]}).headers["location"]
    read = manager.get(page).content.decode()
    assert f"Complaint: {place.name}" in read
    lead = make_member(tenant, Role.CX_LEAD)
    with activate(tenant.pk):
        made = Improvement.objects.get()
        assert made.sources.count() == 3
        board = load_board(membership=lead, tenant=tenant, today=days_ago(0, tenant))
        assert board.speed
        assert (board.speed.converted.n, board.speed.converted.of, board.speed.mended.n) == (3, 4, 0)
        assert board.speed.converted.low == pytest.approx(0.3006, abs=1e-3)
    assert english(make_member(tenant, Role.VIEWER)).post(address, {"follow_up": mine[0].pk}).status_code == 403


def test_a_board_costs_the_same_however_much_is_on_it(tenant: Tenant) -> None:
    member = make_member(tenant, Role.VIEWER)
    with activate(tenant.pk):
        for number in range(12):
            due = days_ago(-number, tenant)
            Improvement.objects.create(title=f"Number {number}", owner=member.user, due=due, state="doing")
    client = english(member)
    client.get(f"/t/{tenant.slug}/improvements/")
    with CaptureQueriesContext(connection) as few:
        client.get(f"/t/{tenant.slug}/improvements/")
    with activate(tenant.pk):
        Improvement.objects.bulk_create([Improvement(title=f"More {number}", state="doing") for number in range(40)])
    with CaptureQueriesContext(connection) as many:
        client.get(f"/t/{tenant.slug}/improvements/?mine=")
    assert len(many) == len(few)


def test_the_median_has_an_interval_of_order_statistics() -> None:
    assert median([]).value is None
    assert (median([1, 2, 3, 4, 5]).value, median([1, 2, 3, 4, 5]).low) == (3, None)
    found = median([float(n) for n in range(1, 21)])
    # Conover's table: for n = 20 the 6th and the 15th.
    assert (found.value, found.low, found.high, found.n) == (10.5, 6.0, 15.0, 20)


def test_decisions_and_improvements_make_each_other_and_the_next_meeting_begins_with_them(
    tenant: Tenant, path: Path
) -> None:
    client, owner = english(make_member(tenant, Role.VIEWER)), make_user("aino@example.org")
    make_member(tenant, Role.HANDLER, user=owner)
    begin, due = f"/t/{tenant.slug}/", days_ago(-3, tenant).isoformat()
    nothing = client.get(f"{begin}meetings/next/").content.decode()
    assert "Nothing is on the agenda" in nothing
    first = client.post(f"{begin}meetings/", {"address": ""}).headers["location"]
    given = {"text": "Mend the queue", "owner": owner.pk, "due": due}
    client.post(f"{first}decisions/", given | {"about": "focus"})
    client.post(f"{first}end/")
    with activate(tenant.pk):
        decided = Decision.objects.get()
    of = f"{begin}improvements/of/decision/"
    page = client.post(of, {"id": decided.pk}).headers["location"]
    assert client.post(of, {"id": decided.pk}).headers["location"] == page
    assert client.post(f"{page}decide/", {"text": "Hire one more", "owner": owner.pk, "due": due}).status_code == 302
    assert client.post(f"{page}decide/", given | {"due": "2001-01-01"}).status_code == 400
    assert client.post(f"{page}agenda/", {"text": "Is it enough?"}).status_code == 302
    assert client.post(f"{begin}meetings/next/", {"text": " "}).status_code == 400
    client.post(f"{begin}meetings/next/", {"text": "=HYPERLINK: summer hours"})
    find_decline(tenant, path.touchpoints[0])

    outsider = english(make_member(role=Role.ADMIN))
    assert outsider.get(f"{begin}meetings/next/").status_code == 404
    said = client.get(f"{begin}meetings/next/").content.decode()
    for what in ("Mend the queue", "Hire one more", "Is it enough?", "summer hours", "Found since"):
        assert what in said, what
    second = client.post(f"{begin}meetings/", {"address": ""}).headers["location"]
    going = client.get(second)
    assert [each.text for each in going.context["earlier"]] == ["Mend the queue", "Hire one more"]
    ahead = going.context["ahead"]
    assert [row.title for row in ahead.due] == ["Mend the queue"]
    assert [line.kind for line in ahead.fresh] == ["slow_decline"]
    item = ahead.items[0]
    number = second.rstrip("/").rpartition("/")[2]
    assert client.post(f"{begin}meetings/agenda/{item.pk}/", {"meeting": number}).headers["location"] == second
    assert client.post(f"{begin}meetings/agenda/{item.pk}/").status_code == 404  # somebody was first
    client.post(f"{second}end/")
    assert "talked about" in client.get(second).content.decode()
    third = client.get(client.post(f"{begin}meetings/", {"address": ""}).headers["location"])
    assert [each.text for each in third.context["ahead"].items] == ["=HYPERLINK: summer hours"]
    assert not third.context["ahead"].fresh  # the second meeting knew of it


def test_what_was_dropped_does_not_hide_what_was_done(tenant: Tenant) -> None:
    lead, today = make_member(tenant, Role.CX_LEAD), days_ago(0, tenant)
    with activate(tenant.pk):
        for title, fields in (("let go", {"state": "dropped"}), ("done", {"state": "done", "done_on": today})):
            Improvement.objects.bulk_create([Improvement(title=title, **fields) for _ in range(31)])
        shown = load_board(membership=lead, tenant=tenant, today=today)
    assert {card.improvement.title for card in shown.columns[2].cards} == {"done"}
    assert shown.outcomes is not None and shown.outcomes.done == 31


def test_a_theme_pressed_twice_is_one_improvement(tenant: Tenant, path: Path) -> None:
    lead, today = make_member(tenant, Role.CX_LEAD), days_ago(0, tenant)
    with activate(tenant.pk):
        theme = FocusTheme.objects.create(
            title="Queues", touchpoint=path.touchpoints[0], owner=lead.user, due_on=today, chosen_on=today, slot=1
        )
    client = english(lead)
    pages = {client.post(f"/t/{tenant.slug}/improvements/of/theme/", {"id": theme.pk})["location"] for _ in range(2)}
    assert len(pages) == 1
