"""What customers say where a promise broke against where it was kept."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.roles import Role
from promises.board.scores import behind, count_scores, gaps, stale_rules, surprised
from promises.models import PromiseOutcome, Rule
from surveys.answer import record_responses
from tests.factories import make_tenant, make_unit
from tests.promises.test_board import page, text_of
from tests.promises.worlds import event, make_promise, send
from tests.surveys.worlds import count_all, make_survey, submission

pytestmark = pytest.mark.django_db
OK = {"kind": "condition", "closing_type": "visit", "property": "ok", "operator": "eq", "value": True}


@pytest.fixture
def rule() -> Rule:
    tenant = make_tenant()
    make_survey(tenant, "nps")
    return make_promise(tenant, "visit", match="customer", **OK)


def visits(rule: Rule, prefix: str, *, people: int, ok: bool, score: int, days: int = 20) -> None:
    """So many customers, to whom it was kept or not, and what each answered a day after."""
    at = timezone.now() - timedelta(days=days)
    send(rule.tenant, *(event("visit", at, customer=f"{prefix}-{n}", properties={"ok": ok}) for n in range(people)))
    answers(rule, {f"{prefix}-{n}": score + n % 2 for n in range(people)}, at + timedelta(days=1))


def answers(rule: Rule, given: dict[str, int], at: datetime) -> None:
    rows = [submission("nps", nps=value, customer=customer, answered_at=at) for customer, value in given.items()]
    with activate(rule.tenant_id):
        taken = record_responses(rows, collected_by="api")
    assert not taken.rejected
    count_all(rule.tenant)


def test_those_to_whom_it_broke_are_set_against_the_others(rule: Rule) -> None:
    tenant = rule.tenant
    visits(rule, "kept", people=12, ok=True, score=8)
    visits(rule, "broke", people=12, ok=False, score=4)
    with activate(tenant.pk):
        assert stale_rules() == [rule.pk]
        count_scores(rule.pk)
        assert stale_rules() == []
        gap = gaps([rule], tenant=tenant)[rule.pk]
    assert (gap.metric.name, gap.scores.n, gap.scores.other_n) == ("nps/0-10", 12, 12)
    assert gap.scores.difference == pytest.approx(-40)
    assert gap.scores.low is not None and gap.scores.low < -40 < (gap.scores.high or 0) < 0
    found = text_of(page(tenant))
    assert "40 lower" in found and "n 12 / 12" in found


def test_a_person_counts_once_by_their_newest_answer_and_only_of_what_followed(rule: Rule) -> None:
    tenant = rule.tenant
    visits(rule, "kept", people=12, ok=True, score=8)
    visits(rule, "broke", people=12, ok=False, score=4)
    # The same people had it kept as well, and had answered before: neither makes them others.
    visits(rule, "broke", people=12, ok=True, score=9, days=10)
    answers(rule, {f"kept-{n}": 0 for n in range(12)}, timezone.now() - timedelta(days=30))
    with activate(tenant.pk):
        count_scores(rule.pk)
        gap = gaps([rule], tenant=tenant)[rule.pk]
    # Answers ten days later still follow the break.
    assert (gap.scores.n, gap.scores.other_n) == (12, 12)
    assert gap.scores.mean == pytest.approx(95)
    assert gap.scores.other_mean == pytest.approx(85)


def test_too_few_tell_nothing(rule: Rule) -> None:
    visits(rule, "kept", people=12, ok=True, score=8)
    visits(rule, "broke", people=9, ok=False, score=4)
    with activate(rule.tenant_id):
        count_scores(rule.pk)
        assert gaps([rule], tenant=rule.tenant) == {}


def test_a_gesture_and_a_top_score_after_it_is_a_surprise(rule: Rule) -> None:
    tenant = rule.tenant
    visits(rule, "kept", people=12, ok=True, score=8)
    at = timezone.now() - timedelta(days=20) + timedelta(hours=1)
    # Three met a gesture, of whom one gave a top score (8 and 9 by turns); one met it too late.
    send(tenant, *(event("gesture.flowers", at, customer=f"kept-{n}") for n in (0, 1, 2)))
    send(tenant, event("gesture", at + timedelta(days=5), customer="kept-3"))
    with activate(tenant.pk):
        assert surprised(rule, tenant=tenant) is None
        count_scores(rule.pk)
        assert surprised(rule, tenant=tenant) == 1
        assert gaps([rule], tenant=tenant) == {}
    assert "Surprised 1" in text_of(page(tenant, "visit/"))


def test_each_figure_opens_into_the_instances_behind_it(rule: Rule) -> None:
    """One for each customer whose answer is counted, and of those a gesture surprised only they."""
    tenant = rule.tenant
    visits(rule, "kept", people=12, ok=True, score=9)
    visits(rule, "broke", people=11, ok=False, score=4, days=30)
    at = timezone.now() - timedelta(days=20)
    send(tenant, *(event("gesture", at + timedelta(hours=1), customer=f"kept-{n}") for n in range(3)))
    with activate(tenant.pk):
        count_scores(rule.pk)
        assert surprised(rule, tenant=tenant) == 3
        first = behind(rule, "kept", before=None, page=7)
        last = PromiseOutcome.objects.get(id=first[-1])
        rest = behind(rule, "kept", before=(last.due_at, last.id), page=7)
        assert (len(first), len(rest), len({*first, *rest})) == (7, 5, 12)
    shown = page(tenant, "visit/", sees_identity=True).content.decode()
    counted = {"scored_broken": "broke-", "scored_kept": "kept-", "surprised": "kept-", "exceeded": "", "near": ""}
    for status, prefix in counted.items():
        found = text_of(page(tenant, f"visit/instances/?status={status}", sees_identity=True))
        assert prefix in found
        assert f"status={status}" in shown or status in ("exceeded", "near")
    assert found.count("Its events") == 0


def test_scores_are_not_opened_by_who_sees_some_units_only(rule: Rule) -> None:
    tenant = rule.tenant
    unit = make_unit(tenant)
    limited = {"role": Role.UNIT_MANAGER, "unit_ids": [unit.pk], "sees_identity": True}
    assert page(tenant, "visit/instances/?status=surprised", **limited).status_code == 400
    assert page(tenant, "visit/instances/?status=near", **limited).status_code == 200
