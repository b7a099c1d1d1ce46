"""A promise made today is judged by what happened before it: its past is there within seconds."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from promises.judging import history
from promises.judging.rebuild import rebuild
from promises.models import JudgedHistory, Promise, Rule
from promises.tasks import judge_past, sweep
from tests.factories import make_channel, make_customer, make_tenant
from tests.promises.worlds import REPLY, counts, event, make_promise, outcomes, send, total

pytestmark = pytest.mark.django_db

START = timezone.now() - timedelta(days=9)
SINGLE = {"kind": "condition", "match": "customer", "closing_type": "checked", "property": "ok", "operator": "eq",
          "value": True, "opening_type": "", "duration_minutes": None}  # fmt: skip


@pytest.fixture
def tenant() -> Tenant:
    tenant = make_tenant()
    make_channel(tenant, "web")
    return tenant


def minutes(number: int) -> datetime:
    return START + timedelta(minutes=number)


def happen(tenant: Tenant) -> None:
    found = []
    for number in range(7):
        customer = make_customer(tenant, f"c{number}").external_id
        start = minutes(200 * number)
        case = {"correlation": f"case {number}", "customer": customer, "channel": "web"}
        found.append(event("order.placed", start, **case))
        if number % 3:
            found.append(event("order.delivered", minutes(220 * number), **case))
        found.append(event("checked", start, properties={"ok": number % 2 == 0}, **case))
    send(tenant, *found)


def judge_all(tenant: Tenant) -> int:
    """Judge until nothing is unjudged; how many steps it took."""
    steps = 0
    with activate(tenant.pk):
        while rules := history.unjudged(tenant):
            history.judge_past(tenant, rules[0])
            steps += 1
    return steps


def facts(tenant: Tenant) -> list[dict[str, object]]:
    """The outcomes without what differs between two companies."""
    others = ("rule_id", "tenant_id", "customer_id", "channel_id", "subject", "opened_by")
    found = [{name: value for name, value in row.items() if name not in others} for row in outcomes(tenant)]
    return sorted(found, key=lambda row: str(row["opened_at"]))


@pytest.mark.parametrize("rule", [{}, SINGLE], ids=["deadline of a case", "condition at a customer"])
@pytest.mark.parametrize("step", [20_000, 2])
def test_it_ends_as_if_the_promise_had_been_there_all_the_time(tenant, monkeypatch, rule, step):
    monkeypatch.setattr(history, "STEP", step)
    early = make_tenant()
    make_channel(early, "web")
    make_promise(early, **rule)
    happen(early)
    happen(tenant)
    make_promise(tenant, **rule)
    assert total(tenant) == (0, 0, 0)
    steps = judge_all(tenant)
    assert facts(tenant) == facts(early)
    assert total(tenant) == total(early) != (0, 0, 0)
    assert steps == (1 if step > 7 else 4)
    assert judge_all(tenant) == 0


def test_a_rebuild_finds_nothing_to_mend_after_it(tenant):
    happen(tenant)
    make_promise(tenant)
    judge_all(tenant)
    before = counts(tenant)
    with activate(tenant.pk):
        assert rebuild(tenant.pk) == 0
    assert counts(tenant) == before


def test_a_changed_rule_judges_the_past_again_and_a_new_wording_does_not(tenant):
    rule = make_promise(tenant)
    happen(tenant)
    judge_all(tenant)
    first = total(tenant)
    with activate(tenant.pk):
        Rule.objects.filter(pk=rule.pk).update(wording="Better said", target=70)
        assert history.unjudged(tenant) == []
        Rule.objects.filter(pk=rule.pk).update(duration_minutes=1)
        assert history.unjudged(tenant) == [rule.pk]
    judge_all(tenant)
    assert total(tenant) != first
    assert total(tenant)[0] == 0


def test_what_happened_while_a_promise_was_retired_is_judged_when_it_comes_back(tenant):
    rule = make_promise(tenant)
    judge_all(tenant)
    with activate(tenant.pk):
        Promise.objects.update(lifecycle=Promise.Lifecycle.RETIRED)
        assert history.unjudged(tenant) == []
    happen(tenant)
    assert total(tenant) == (0, 0, 0)
    with activate(tenant.pk):
        Promise.objects.update(lifecycle=Promise.Lifecycle.PUBLIC)
        assert history.unjudged(tenant) == [rule.pk]
    judge_all(tenant)
    assert sum(total(tenant)) == 7


def test_a_draft_is_not_judged(tenant):
    happen(tenant)
    rule = make_promise(tenant, lifecycle="draft")
    with activate(tenant.pk):
        assert history.unjudged(tenant) == []
        assert not history.judge_past(tenant, rule.pk)
    assert total(tenant) == (0, 0, 0)


def test_another_company_s_rule_is_nobody_s(tenant):
    rule = make_promise(make_tenant())
    with activate(tenant.pk):
        assert not history.judge_past(tenant, rule.pk)
        assert not JudgedHistory.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_sweep_looks_for_it_and_the_task_goes_on_where_it_stopped(monkeypatch):
    tenant = make_tenant()
    send(tenant, *[event("order.placed", timezone.now(), correlation=str(number)) for number in range(5)])
    rule = make_promise(tenant)
    monkeypatch.setattr(history, "STEP", 2)
    sweep()
    judge_past(tenant.pk, rule.pk)
    judge_past(tenant.pk, rule.pk)
    with activate(tenant.pk):
        assert not JudgedHistory.objects.get().finished
    judge_past(tenant.pk, rule.pk)
    with activate(tenant.pk):
        assert JudgedHistory.objects.get().finished
    assert len(outcomes(tenant)) == 5


def test_a_version_that_ended_gives_up_what_opened_afterwards_and_the_next_one_takes_it(tenant, monkeypatch):
    rule = make_promise(tenant)
    for case, minute in (("A", 0), ("B", 30)):
        send(tenant, event("order.placed", minutes(minute), correlation=case))
    with activate(tenant.pk):
        while history.judge_past(tenant, rule.pk):
            pass
        change = minutes(30)
        new = Rule.objects.create(promise=rule.promise, first=rule, version=2, valid_from=change, **REPLY)
        Rule.objects.filter(pk=rule.pk).update(valid_until=change)
        assert history.unjudged(tenant) == [rule.pk, new.pk]
        # Nothing else changed: what stands is not judged again.
        with monkeypatch.context() as patched:
            patched.setattr(history, "subjects", None)
            assert not history.judge_past(tenant, rule.pk)
        while history.judge_past(tenant, new.pk):
            pass
        assert history.unjudged(tenant) == []
    assert [(row["rule_id"], row["subject"]) for row in outcomes(tenant)] == [(rule.pk, "A"), (new.pk, "B")]
