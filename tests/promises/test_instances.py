"""Single instances: lists, what is about to break, and the events behind each; to whom they are shown."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.roles import Role
from journeys.models import Unit
from promises.board import instances as lists
from promises.board.tabs import KEPT, TABS
from promises.models import PromiseOutcome, Rule
from tests.factories import client_of, make_member, make_tenant
from tests.plans import as_new, plan
from tests.promises.test_board import page, text_of
from tests.promises.worlds import REPLY, event, late_quick_and_open, make_promise, send

pytestmark = pytest.mark.django_db
SEES: dict[str, Any] = {"sees_identity": True}


@pytest.fixture(scope="module")
def tenant(kept: None) -> Tenant:
    return late_quick_and_open()


def outcome(tenant: Tenant, subject: str) -> str:
    with activate(tenant.pk):
        return str(PromiseOutcome.objects.get(subject=subject).id)


def unit(tenant: Tenant, slug: str) -> int:
    with activate(tenant.pk):
        return Unit.objects.get(slug=slug).pk


def test_the_list_shows_what_broke_unless_asked_for_more(tenant: Tenant) -> None:
    found = text_of(page(tenant, "delivery/instances/", **SEES))
    assert "late" in found and "Maija" in found
    assert "quick" not in found
    every = text_of(page(tenant, "delivery/instances/?status=", **SEES))
    assert all(word in every for word in ("late", "quick", "open"))
    turku = text_of(page(tenant, "delivery/instances/?status=&unit=turku", **SEES))
    assert "open" in turku and "quick" not in turku


def test_what_is_open_is_listed_whenever_it_falls_due_but_not_among_days_gone_by() -> None:
    tenant = make_tenant()
    make_promise(tenant, "delivery", lifecycle="pilot", **{**REPLY, "duration_minutes": 96 * 60})
    send(tenant, event("order.placed", timezone.now(), correlation="next-week"))
    assert "next-week" in text_of(page(tenant, "delivery/instances/?status=", **SEES))
    assert "next-week" in text_of(page(tenant, "delivery/instances/?status=pending", **SEES))
    gone = timezone.localdate() - timedelta(days=10)
    past = f"delivery/instances/?status=pending&from={gone - timedelta(days=20)}&to={gone}"
    assert "next-week" not in text_of(page(tenant, past, **SEES))


def test_who_may_not_see_identity_sees_no_cases(tenant: Tenant) -> None:
    for address in ("delivery/instances/", f"delivery/instances/{outcome(tenant, 'late')}/"):
        found = text_of(page(tenant, address))
        assert "Maija" not in found and "shown only to members who see" in found


def test_an_instance_opens_into_its_events(tenant: Tenant) -> None:
    found = text_of(page(tenant, f"delivery/instances/{outcome(tenant, 'late')}/", **SEES))
    assert "Broken" in found
    assert found.index("order.placed began it") < found.index("order.delivered closes it")


def test_a_unit_manager_opens_instances_of_their_own_units(tenant: Tenant) -> None:
    mine: dict[str, Any] = {"role": Role.UNIT_MANAGER, "unit_ids": [unit(tenant, "turku")], **SEES}
    assert page(tenant, f"delivery/instances/{outcome(tenant, 'late')}/", **mine).status_code == 404
    assert page(tenant, f"delivery/instances/{outcome(tenant, 'open')}/", **mine).status_code == 200
    assert "late" not in text_of(page(tenant, "delivery/instances/?status=", **mine))


def test_what_is_about_to_break_comes_by_its_due_time_to_those_who_can_keep_it(tenant: Tenant) -> None:
    found = text_of(page(tenant, "-/due/", role=Role.HANDLER, **SEES))
    assert "in 30 min" in found or "in 29 min" in found
    assert "open" in found and "late" not in found and "Turku" in found
    mine: dict[str, Any] = {"role": Role.UNIT_MANAGER, "unit_ids": [unit(tenant, "oulu")], **SEES}
    assert "Nothing is open now" in text_of(page(tenant, "-/due/", **mine))
    mine["unit_ids"] = [unit(tenant, "turku")]
    assert "Maija" in text_of(page(tenant, "-/due/", **mine))
    assert "Maija" not in text_of(page(tenant, "-/due/", role=Role.HANDLER))


@pytest.mark.parametrize("address", ["?status=lost", "?rule=x", "?rule=0", "?after=!", "?after=MjAyNg", "?unit=no"])
def test_a_list_that_makes_no_sense_is_refused_by_its_parameter(tenant: Tenant, address: str) -> None:
    found = page(tenant, f"delivery/instances/{address}", **SEES)
    assert found.status_code == 400
    assert address[1:].partition("=")[0] in text_of(found)


def test_another_promises_instance_and_another_companys_are_not_there(tenant: Tenant) -> None:
    make_promise(tenant, "other")
    id_ = outcome(tenant, "late")
    assert page(tenant, f"other/instances/{id_}/", **SEES).status_code == 404
    outsider = client_of(make_member(role=Role.ADMIN, sees_identity=True))
    assert outsider.get(f"/t/{tenant.slug}/promises/delivery/instances/{id_}/").status_code == 404
    theirs = make_tenant()
    make_promise(theirs, "delivery")
    assert page(theirs, f"delivery/instances/{id_}/", **SEES).status_code == 404


def test_pages_follow_each_other_without_a_gap_where_many_fell_due_at_once() -> None:
    tenant = make_tenant()
    rule = make_promise(tenant)
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    send(tenant, *(event("order.placed", noon + timedelta(minutes=n // 4), correlation=str(n)) for n in range(13)))
    seen: list[str] = []
    with activate(tenant.pk):
        query = lists.Query(start=noon.date(), end=noon.date() + timedelta(days=1))
        after = None
        while True:
            wanted = lists.Wanted((Rule.objects.get(pk=rule.pk).pk,), ("broken", "kept"), query, after)
            found = lists.instances(wanted, tenant=tenant, page=3)
            seen += [line.outcome.subject for line in found.lines]
            after = found.after
            if after is None:
                break
    assert len(seen) == 13 == len(set(seen))


def test_staff_take_an_instance_out_with_a_reason_and_let_it_count_again(tenant: Tenant) -> None:
    client = client_of(make_member(tenant, Role.CX_LEAD, **SEES), headers={"accept-language": "en"})
    at = f"/t/{tenant.slug}/promises/delivery/instances/{outcome(tenant, 'late')}/"
    refused = client.post(f"{at}exclude/", {"reason": " "})
    assert refused.status_code == 400 and "Give the reason" in text_of(refused)
    assert client.post(f"{at}exclude/", {"reason": "storm"}, follow=True).status_code == 200
    assert "Taken out by" in text_of(client.get(at))
    found = text_of(client.get(f"/t/{tenant.slug}/promises/delivery/exclusions/"))
    assert "storm" in found
    blind = text_of(page(tenant, "delivery/exclusions/"))
    assert "storm" not in blind and "other reasons, each too rare to be told" in blind
    client.post(f"{at}lift/")
    assert "Broken" in text_of(client.get(at))


def test_who_may_not_see_whose_it_is_takes_nothing_out(tenant: Tenant) -> None:
    at = f"/t/{tenant.slug}/promises/delivery/instances/{outcome(tenant, 'late')}/exclude/"
    assert client_of(make_member(tenant, Role.CX_LEAD)).post(at, {"reason": "storm"}).status_code == 403
    assert client_of(make_member(tenant, Role.VIEWER, **SEES)).post(at, {"reason": "storm"}).status_code == 403


def test_every_tab_opens(tenant: Tenant) -> None:
    for name in TABS:
        address = "delivery/" if name == KEPT else f"delivery/{name}/"
        assert page(tenant, address, **SEES).status_code == 200
        assert page(tenant, address, role=Role.UNIT_MANAGER, unit_ids=[unit(tenant, "oulu")]).status_code == 200
    assert page(tenant, "delivery/kept/").status_code == 404


def test_a_calendar_period_opens_into_what_came_in_it_and_how_it_stood_when_it_began() -> None:
    tenant = make_tenant()
    monthly = {"kind": "cadence", "match": "customer", "period": "month", "opening_type": "begin",
               "closing_type": "contact", "minimum_count": 2, "ending_type": "end"}  # fmt: skip
    make_promise(tenant, "calls", **monthly)
    days = ("begin 01-01", "contact 01-20", "contact 02-10", "other 02-11", "contact 03-05", "end 03-10")
    send(
        tenant,
        *(
            event(type_, datetime.fromisoformat(f"2026-{day}T12:00+02:00"), customer="C")
            for type_, day in map(str.split, days)
        ),
    )
    with activate(tenant.pk):
        id_ = PromiseOutcome.objects.order_by("opened_at")[1].id
        partial = PromiseOutcome.objects.get(status="excluded").id
    found = text_of(page(tenant, f"calls/instances/{id_}/", **SEES))
    assert found.index("begin began it") < found.index("contact counts")
    assert found.count("counts") == 1 and "other" not in found and "end ended" not in found
    assert "Excluded: less than half of the period" in text_of(page(tenant, f"calls/instances/{partial}/", **SEES))
    finnish = client_of(make_member(tenant, Role.CX_LEAD, **SEES), headers={"accept-language": "fi"})
    named = text_of(
        finnish.get(f"/t/{tenant.slug}/promises/calls/exclusions/?period=custom&from=2026-01-01&to=2026-04-30")
    )
    assert "alle puolet jaksosta" in named and "less than" not in named


@pytest.mark.parametrize(
    ("statement", "index"),
    [(lists._DUE, "outcome_by_status"), (lists._DUE_OF_UNITS, "outcome_open_by_unit")],
    ids=["due", "due of units"],
)
def test_what_is_open_is_read_by_its_index_and_no_other(tenant: Tenant, statement: str, index: str) -> None:
    now = timezone.now()
    values = {"tenant": tenant.pk, "rules": [1], "units": [1], "now": now, "end": now + lists.SOON, "page": 51}
    with activate(tenant.pk), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        as_new(PromiseOutcome)
        told = plan(statement, values)
    assert set(re.findall(r"using (\w+) on promises_promiseoutcome", told)) == {index}, told
    assert "Seq Scan" not in told


def test_what_an_event_told_of_is_read_in_words() -> None:
    tenant = make_tenant()
    make_promise(tenant, "old", kind="condition", match="event", closing_type="done", property="handed_in",
                 operator="eq", value=True)  # fmt: skip
    send(tenant, event("done", datetime.fromisoformat("2026-01-05T12:00+02:00"), properties={"handed_in": False}))
    with activate(tenant.pk):
        broken = PromiseOutcome.objects.get().id
    found = text_of(page(tenant, f"old/instances/{broken}/", **SEES))
    assert "handed_in = no" in found and "False" not in found
