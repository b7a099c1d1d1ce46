"""The kinds of rule, the fallback clause, pauses and versions: one small table each."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cxplatform.pipeline.claim import drain
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from promises.judging.sweep import sweep
from promises.models import OutcomeRollup, Promise, PromiseOutcome, Rule
from surveys.answer import record_responses
from tests.factories import make_tenant, make_touchpoint
from tests.promises.worlds import REPLY, at, event, make_calendar, make_promise, outcomes, send, statuses, told
from tests.surveys.worlds import NPS, make_survey, submission

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FALLBACK = {**REPLY, "told_type": "delay.told", "solution_type": "loan.offered"}
PAUSES = {**REPLY, "pause_type": "customer.asked", "resume_type": "customer.answered"}


def minutes(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant()


def rollup(tenant: Tenant) -> dict[str, int]:
    with activate(tenant.pk):
        (row,) = OutcomeRollup.objects.filter(dimension="").values()
    return {name: row[name] for name in ("kept", "fallback", "broken", "excluded", "exceeded", "near") if row[name]}


@pytest.mark.parametrize(
    ("told_after", "offered_after", "status"),
    [(60, 60, "fallback"), (60.1, 60, "broken"), (60, 60.1, "broken"), (None, 10, "broken"), (10, None, "broken")],
)
def test_told_and_offered_a_solution_in_time_is_kept_by_fallback(
    tenant: Tenant, told_after: float | None, offered_after: float | None, status: str
) -> None:
    make_promise(tenant, **FALLBACK)
    steps = [("delay.told", told_after), ("loan.offered", offered_after)]
    send(
        tenant,
        event("order.placed", NOON, correlation="A"),
        *(event(type_, minutes(after), correlation="A") for type_, after in steps if after),
        event("order.delivered", minutes(90), correlation="A"),
    )
    assert (statuses(tenant), rollup(tenant)) == ([status], {status: 1})


def test_a_fallback_stands_when_time_runs_out_and_goes_when_closing_comes_in_time(tenant: Tenant) -> None:
    make_promise(tenant, **FALLBACK)
    now = timezone.now()
    send(
        tenant,
        event("order.placed", now, correlation="A"),
        event("delay.told", now, correlation="A"),
        event("loan.offered", now, correlation="A"),
    )
    assert (statuses(tenant), outcomes(tenant)[0]["told_at"]) == (["pending"], now)
    with activate(tenant.pk):
        sweep(tenant, now=now + timedelta(hours=2))
    assert (statuses(tenant), rollup(tenant), told(tenant)) == (["fallback"], {"fallback": 1}, [])
    send(tenant, event("order.delivered", now + timedelta(minutes=59), correlation="A"))
    assert statuses(tenant) == ["kept"]


@pytest.mark.parametrize(
    ("offer", "status"), [(True, "fallback"), ("a loan", "fallback"), (False, "broken"), ("", "broken")]
)
def test_a_solution_may_stand_in_what_told_the_customer(tenant: Tenant, offer: Any, status: str) -> None:
    make_promise(tenant, **REPLY, told_type="delay.told", solution_property="loan")
    send(
        tenant,
        event("order.placed", NOON, correlation="A"),
        event("delay.told", minutes(30), correlation="A", properties={"loan": offer}),
    )
    assert statuses(tenant) == [status]


@pytest.mark.parametrize(
    ("pauses", "closed", "due", "status", "used"),
    [
        ([(10, 40)], 90, 90, "kept", 1.0),
        ([(10, 40)], 90.5, 90, "broken", 1.008333),
        ([(10, 40), (50, 60)], 70, 100, "kept", 0.5),
        ([(60, 90)], 61, 60, "broken", 1.016667),  # when it fell due the clock ran
        ([(10, None)], 200, 250, "kept", 0.166667),  # closing ends a pause
        ([(10, None)], None, None, "pending", None),
        ([(10, None), (20, 30)], None, 80, "broken", None),  # asked twice, answered once
        ([(70, None)], None, 60, "broken", None),
    ],
)
def test_the_clock_stands_still_while_the_customer_is_asked(
    tenant: Tenant, pauses: Any, closed: float | None, due: float | None, status: str, used: float | None
) -> None:
    make_promise(tenant, **PAUSES)
    send(tenant, event("order.placed", NOON, correlation="A"))
    for asked, answered in pauses:
        send(tenant, event("customer.asked", minutes(asked), correlation="A"))
        if answered:
            send(tenant, event("customer.answered", minutes(answered), correlation="A"))
    if closed:
        send(tenant, event("order.delivered", minutes(closed), correlation="A"))
    (row,) = outcomes(tenant)
    assert (row["status"], row["due_at"], row["used"]) == (status, minutes(due) if due else None, used)


@pytest.mark.parametrize(
    ("opened", "asked", "answered", "due"),
    [
        # Finland closes for Good Friday and Easter Monday.
        ("2026-04-02T15:00+03:00", "2026-04-02T15:30+03:00", "2026-04-07T09:00+03:00", "2026-04-07T10:30+03:00"),
        # Asked on Friday, answered in the night after the clocks went forward: all that was left is left on Monday.
        ("2026-03-27T14:00+02:00", "2026-03-27T15:00+02:00", "2026-03-29T04:30+03:00", "2026-03-30T09:00+03:00"),
        # Answered before the office opens: nothing is lost.
        ("2026-03-27T15:00+02:00", "2026-03-27T16:30+02:00", "2026-03-30T07:00+03:00", "2026-03-30T09:00+03:00"),
        # Midsummer's eve is no public holiday by law, but everybody has it off; Saturday is closed anyway.
        ("2026-06-18T15:30+03:00", "2026-06-18T15:45+03:00", "2026-06-22T08:00+03:00", "2026-06-22T09:45+03:00"),
    ],
)
def test_what_was_left_of_open_hours_when_a_pause_began_is_left_when_it_ends(
    opened: str, asked: str, answered: str, due: str
) -> None:
    tenant = make_tenant(timezone="Europe/Helsinki")
    make_promise(tenant, **{**PAUSES, "duration_minutes": 120}, calendar=make_calendar(tenant))
    send(
        tenant,
        event("order.placed", at(opened), correlation="A"),
        event("customer.asked", at(asked), correlation="A"),
        event("customer.answered", at(answered), correlation="A"),
    )
    assert outcomes(tenant)[0]["due_at"] == at(due)


@pytest.mark.parametrize(
    ("closed", "used", "margin"),
    [
        (30, 0.5, "exceeded"),
        (31, 0.516667, ""),
        (53, 0.883333, ""),
        (54, 0.9, "near"),
        (60, 1.0, "near"),
        (90, 1.5, ""),
    ],
)
def test_how_well_it_was_kept_goes_by_the_share_of_time_left(
    tenant: Tenant, closed: float, used: float, margin: str
) -> None:
    make_promise(tenant)
    send(tenant, event("order.placed", NOON, correlation="A"))
    send(tenant, event("order.delivered", minutes(closed), correlation="A"))
    (row,) = outcomes(tenant)
    assert (row["used"], row["margin"]) == (used, margin)
    assert rollup(tenant) == {row["status"]: 1} | ({margin: 1} if margin else {})


@pytest.mark.parametrize(
    ("first", "second", "status", "reason"),
    [
        (100, 100, "kept", ""),
        ("100", "100.0", "kept", ""),
        (100.1, 100.2, "kept", ""),  # 0.1 apart in the decimals that were sent
        (100, 100.11, "broken", ""),
        ("Espoo", "Espoo", "kept", ""),
        ("Espoo", 100, "excluded", "not a number"),
        (None, 100, "excluded", "property missing"),
        (100, "", "excluded", "property missing"),
    ],
)
def test_what_was_promised_at_opening_equals_what_stands_at_closing(
    tenant: Tenant, first: Any, second: Any, status: str, reason: str
) -> None:
    make_promise(tenant, kind="accuracy", opening_type="offer.made", closing_type="invoice.sent", property="price",
                 other_property="total", tolerance="0.1")  # fmt: skip
    send(tenant, event("offer.made", NOON, correlation="A", properties={"price": first}))
    assert statuses(tenant) == ["pending"]
    send(tenant, event("invoice.sent", minutes(5), correlation="A", properties={"total": second}))
    assert [(row["status"], row["reason"]) for row in outcomes(tenant)] == [(status, reason)]


def test_every_request_counts_by_itself_with_or_without_a_customer(tenant: Tenant) -> None:
    make_promise(tenant, kind="availability", match="event", closing_type="page.asked", property="ok", operator="eq",
                 value=True)  # fmt: skip
    send(
        tenant,
        event("page.asked", NOON, properties={"ok": True}),
        event("page.asked", NOON, customer="C-1", correlation="A", properties={"ok": False}),
        event("page.asked", NOON, correlation="A", properties={"ok": True}),
    )
    assert rollup(tenant) == {"kept": 2, "broken": 1}


def test_answers_to_the_question_of_that_survey_at_the_promise_s_touchpoint_judge_it(tenant: Tenant) -> None:
    for slug in ("visit", "other"):
        make_survey(tenant, slug, questions=[("csat", "csat/1-5"), NPS])
    desk, _ = make_touchpoint(tenant, "desk"), make_touchpoint(tenant, "door")
    rule = make_promise(tenant, kind="survey", match="event", survey="visit", property="csat", operator="gte", value=75)
    with activate(tenant.pk):
        Promise.objects.filter(pk=rule.promise_id).update(touchpoint=desk)
        Rule.objects.filter(pk=rule.pk).update(at_touchpoint=True)
        record_responses(
            [
                submission("visit", touchpoint="desk", csat=4),
                submission("visit", touchpoint="desk", csat=3, nps=10),
                submission("visit", touchpoint="desk", nps=10),
                submission("visit", touchpoint="door", csat=5),
                submission("other", touchpoint="desk", csat=5),
            ],
            collected_by="test",
        )
    drain(tenant.pk)
    assert rollup(tenant) == {"kept": 1, "broken": 1}


def test_a_version_judges_what_opened_while_it_was_in_force(tenant: Tenant) -> None:
    old = make_promise(tenant, **REPLY, valid_until=minutes(30))
    with activate(tenant.pk):
        new = Rule.objects.create(
            promise=old.promise, **{**REPLY, "duration_minutes": 20}, first=old, version=2, valid_from=minutes(30)
        )
    for case, opened in (("A", 0), ("B", 30)):
        send(tenant, event("order.placed", minutes(opened), correlation=case))
        send(tenant, event("order.delivered", minutes(opened + 40), correlation=case))
    found = {(row["subject"], row["rule_id"], row["status"]) for row in outcomes(tenant)}
    assert found == {("A", old.pk, "kept"), ("B", new.pk, "broken")}

    # An earlier opening comes in late: the case was the old version's all along.
    send(tenant, event("order.placed", minutes(25), correlation="B"))
    found = {(row["subject"], row["rule_id"], row["status"]) for row in outcomes(tenant)}
    assert found == {("A", old.pk, "kept"), ("B", old.pk, "kept")}


def test_cases_are_left_out_by_the_tests_of_a_rule(tenant: Tenant) -> None:
    storm = {"property": "weather", "operator": "in", "value": ["storm", "flood"], "reason": "force majeure"}
    make_promise(tenant, **REPLY, exclusions=[storm])
    send(
        tenant,
        event("order.placed", NOON, correlation="A", properties={"weather": "storm"}),
        event("order.placed", NOON, correlation="B", properties={"weather": "storm"}),
        event("order.delivered", minutes(90), correlation="B", properties={"weather": "fair"}),
    )
    assert [(row["status"], row["reason"]) for row in outcomes(tenant)] == [
        ("excluded", "force majeure"),
        ("broken", ""),
    ]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-27T12:00", "2026-03-27T10:00Z"),
        ("2026-03-27 12:00:00.5", "2026-03-27T10:00:00.5Z"),
        ("2026-03-27T12:00Z", "2026-03-27T12:00Z"),
        ("2026-03-27T12:00:00+05:30", "2026-03-27T06:30Z"),
        ("2026-03-27 12:00:00.000000-03:30", "2026-03-27T15:30Z"),
        ("2026-03-29T02:59", "2026-03-29T00:59Z"),
        ("2026-03-29T03:30", "2026-03-29T01:30Z"),  # never on the wall: as before the change
        ("2026-03-29T04:00", "2026-03-29T01:00Z"),
        ("2026-10-25T03:30", "2026-10-25T00:30Z"),  # twice on the wall: the first of them
        ("2026-10-25T04:00", "2026-10-25T02:00Z"),
        ("2026-03-29", "2026-03-29T20:59:59.999999Z"),  # a day is over when its evening is
        ("20260327T1200", "2026-03-27T10:00Z"),
    ],
)
def test_a_time_without_an_offset_is_that_of_the_company_s_wall_clock(text: str, moment: str) -> None:
    tenant = make_tenant(timezone="Europe/Helsinki")
    make_promise(tenant, match="event", opening_type="case.opened", due_property="due", closed_property="closed")
    times = {"due": text, "closed": at(moment).isoformat()}
    send(tenant, event("case.opened", at("2026-03-01T12:00Z"), properties=times))
    (row,) = outcomes(tenant)
    assert (row["due_at"], row["status"]) == (at(moment), "kept")


CONDITION: dict[str, Any] = {"kind": "condition", "closing_type": "closed", "property": "ok", "operator": "present"}
ACCURACY: dict[str, Any] = {"kind": "accuracy", "closing_type": "closed", "property": "a", "other_property": "b"}


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("closing_type", {**REPLY, "match": "event"}),
        ("told_type", {**REPLY, "solution_type": "offered"}),
        ("solution_type", {**REPLY, "told_type": "told"}),
        ("told_type", {**CONDITION, "match": "event", "told_type": "told", "solution_property": "offer"}),
        ("told_type", {**REPLY, "told_type": "promise.broken", "solution_property": "offer"}),
        ("pause_type", {**REPLY, "resume_type": "answered"}),
        ("resume_type", {**REPLY, "pause_type": "asked"}),
        ("resume_type", {**REPLY, "pause_type": "asked", "resume_type": "asked"}),
        ("pause_type", {**CONDITION, "pause_type": "asked", "resume_type": "answered"}),
        ("match", {**CONDITION, "kind": "availability"}),
        ("property", {**ACCURACY, "property": ""}),
        ("other_property", {**ACCURACY, "other_property": " "}),
        ("other_property", {**ACCURACY, "other_property": "a"}),
        ("opening_type", {**ACCURACY, "opening_type": "opened", "match": "event"}),
        ("closing_type", {**ACCURACY, "opening_type": "closed"}),
        ("closing_type", {**CONDITION, "kind": "survey"}),
        ("at_touchpoint", {**CONDITION, "kind": "survey", "closing_type": "", "at_touchpoint": True}),
        ("exclusions", {**REPLY, "exclusions": {}}),
        ("exclusions", {**REPLY, "exclusions": [{"property": "a", "value": 1}]}),
        ("exclusions", {**REPLY, "exclusions": [{"property": "a", "operator": "~", "value": 1, "reason": "x"}]}),
        ("exclusions", {**REPLY, "exclusions": [{"property": "a", "value": 1, "reason": "x" * 301}]}),
    ],
)
def test_a_rule_that_could_not_be_judged_is_refused_at_its_field(
    tenant: Tenant, field: str, fields: dict[str, Any]
) -> None:
    with activate(tenant.pk):
        rule = Rule(promise=make_promise(tenant).promise, **fields)
        with pytest.raises(ValidationError) as refused:
            rule.clean()
    assert set(refused.value.error_dict) == {field}


def test_nothing_of_a_kind_s_outcomes_is_left_undecided_by_a_sweep(tenant: Tenant) -> None:
    """What waits for an answer or a closing has no due time: no sweep finds it, and none waits for it."""
    make_promise(tenant, **PAUSES)
    send(tenant, event("order.placed", NOON, correlation="A"), event("customer.asked", minutes(1), correlation="A"))
    with activate(tenant.pk):
        assert sweep(tenant) == 0
        assert PromiseOutcome.objects.get().status == "pending"
