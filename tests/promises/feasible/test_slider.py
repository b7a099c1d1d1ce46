"""The slider says what the pipeline would have said of any deadline, and lists whom each would have failed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.roles import Role
from promises.feasible import spec
from promises.feasible.elapsed import shares
from promises.feasible.history import history
from promises.feasible.lately import Window, touched_in
from promises.judging.history import judge_past
from promises.judging.measure import measure
from promises.models import PromiseOutcome, Rule
from tests.factories import client_of, make_member, make_tenant, make_unit
from tests.promises.feasible.worlds import make_slow
from tests.promises.worlds import event, make_calendar, make_promise, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_slow(make_tenant(slug="slow"))


def member(tenant, role=Role.CX_LEAD, **fields) -> Client:
    return client_of(make_member(tenant, role, **fields), headers={"accept-language": "en"})


def test_a_deadline_keeps_of_history_what_the_pipeline_keeps(world) -> None:
    tenant, rule = world
    clauses = {
        "pause_type": "order.asked",
        "resume_type": "order.answered",
        "told_type": "order.late",
        "solution_property": "instead",
    }
    for calendar, more in ((None, {}), (make_calendar(tenant), {}), (None, clauses)):
        with activate(tenant.pk):
            rule.calendar = calendar
            for name, value in more.items():
                setattr(rule, name, value)
            asked = [60, 6 * 60, 10 * 60, 22 * 60, 30 * 60]
            said = shares(history(rule, tenant=tenant, now=timezone.now()).elapsed, asked)
            for minutes, found in zip(asked, said, strict=True):
                rule.duration_minutes = minutes
                rule.save()
                while judge_past(tenant, rule.pk):
                    pass
                judged = PromiseOutcome.objects.filter(rule=rule).exclude(counted="")
                statuses = list(judged.values_list("status", flat=True))
                assert (found.n, found.kept) == (len(statuses), statuses.count("kept") + statuses.count("fallback"))


def test_the_page_says_what_was_kept_and_what_the_target_needs(world) -> None:
    tenant, _ = world
    page = member(tenant).get("/t/slow/promises/delivery/feasible/?target=90").content.decode()
    assert "At 24 h you would have kept <strong>72.5%</strong>" in page
    assert "90.0% needs <strong>30 h</strong>" in page


def test_a_piece_for_another_page_has_no_frame(world) -> None:
    tenant, _ = world
    piece = member(tenant).get("/t/slow/promises/delivery/feasible/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in piece and "data-feasible" in piece


def test_those_it_would_have_failed_are_listed_to_who_sees_identity(world) -> None:
    tenant, rule = world
    address = f"/t/slow/promises/delivery/feasible/failed/?minutes=1440&rule={rule.pk}"
    told = member(tenant, sees_identity=True).get(address).content.decode()
    assert "11 would not have been served within 24 h" in told
    assert all(f"o{number}<" in told for number in (0, 4, 36, 39)) and "o1<" not in told and "still open" in told
    hidden = member(tenant).get(address).content.decode()
    assert "o0<" not in hidden and "shown only to members" in hidden


def test_a_rule_that_is_not_stored_is_asked_by_its_token(world) -> None:
    tenant, rule = world
    with activate(tenant.pk):
        token = spec.write(
            Rule(promise=rule.promise, tenant_id=tenant.pk, **spec.facts(rule) | {"duration_minutes": 1800})
        )
    client = member(tenant)
    page = client.get("/t/slow/promises/delivery/feasible/", {"rule": token}).content.decode()
    assert "At 30 h you would have kept" in page
    other = make_tenant(slug="other")
    make_promise(other, "delivery")
    assert member(other).get("/t/other/promises/delivery/feasible/", {"rule": token}).status_code == 404


def test_bad_addresses_are_told_or_not_found(world) -> None:
    tenant, _ = world
    client = member(tenant)
    for query in ("minutes=0", "minutes=x", "target=101", "minutes=99999999999"):
        bad = client.get(f"/t/slow/promises/delivery/feasible/?{query}")
        assert bad.status_code == 400 and query.partition("=")[0] in bad.content.decode()
    assert client.get("/t/slow/promises/delivery/feasible/failed/?minutes=-1").status_code == 400
    for path in ("nothing/feasible/", "delivery/feasible/?rule=99999", "delivery/feasible/?rule=x:y"):
        assert client.get(f"/t/slow/promises/{path}").status_code == 404
    assert member(make_tenant()).get("/t/slow/promises/delivery/feasible/").status_code == 404


def test_a_manager_sees_their_own_units_and_not_too_few(world) -> None:
    tenant, _ = world
    unit = make_unit(tenant)
    client = member(tenant, Role.UNIT_MANAGER, unit_ids=[unit.pk])
    assert "too little to show" in client.get("/t/slow/promises/delivery/feasible/").content.decode()


def test_nothing_is_said_without_a_deadline_or_a_history() -> None:
    tenant = make_tenant(slug="empty")
    make_promise(tenant, "quiet")
    make_promise(tenant, "other", kind="condition", closing_type="x", property="ok", operator="eq", value=True)
    client = member(tenant)
    assert "nothing began" in client.get("/t/empty/promises/quiet/feasible/").content.decode()
    assert "no deadline yet" in client.get("/t/empty/promises/other/feasible/").content.decode()


def test_of_more_than_is_looked_at_every_day_is_asked_alike() -> None:
    tenant = make_tenant()
    rule = make_promise(tenant)
    now = timezone.now()
    days = [now - timedelta(days=day, hours=1) for day in range(30) for _ in range(4)]
    send(tenant, *(event("order.placed", day, correlation=f"{place}") for place, day in enumerate(days)))
    with activate(tenant.pk):
        spread_by_arrival(tenant.pk)
        each = measure(rule, rule_id=rule.pk, zone="UTC")
        part, partial = touched_in(each, Window(tenant, now, days=30, most=60))
        everything, whole = touched_in(each, Window(tenant, now, days=30))
    assert partial and len(part.subjects) == 60
    assert {int(subject) // 4 for subject in part.subjects} == set(range(30))
    assert len(everything.subjects) == 120 and not whole


def spread_by_arrival(tenant_id: int) -> None:
    """As if each event had arrived when it happened."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE journeys_event SET id = (lpad(to_hex((extract(epoch FROM time) * 1000)::bigint), 12, '0')"
            " || right(replace(id::text, '-', ''), 20))::uuid WHERE tenant_id = %s",
            [tenant_id],
        )
