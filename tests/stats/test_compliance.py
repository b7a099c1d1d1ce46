"""Kept, broken, and how many more may fail."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxplatform.stats.compliance import Compliance, compliance

counts = st.integers(0, 2000)
targets = st.integers(1, 1000).map(lambda thousandths: thousandths / 1000)


def test_a_promise_whole():
    found = compliance(kept=80, kept_by_fallback=5, broken=15, excluded=10, pending=20, target=0.9, expected=400)
    assert found == Compliance(
        kept=80,
        kept_by_fallback=5,
        broken=15,
        excluded=10,
        pending=20,
        rate=0.85,
        low=pytest.approx(0.7672, abs=1e-4),
        high=pytest.approx(0.9069, abs=1e-4),
        target=0.9,
        verdict="no_clear_change",
        may_still_fail=25,
        budget_used=0.375,
        excluded_share=pytest.approx(10 / 110),
        excluded_flag=True,
    )
    assert (found.judged, found.on_target) == (100, False)


def test_a_promise_nobody_has_called_on():
    found = compliance(kept=0, broken=0, target=0.9)
    assert (found.rate, found.low, found.high, found.verdict) == (None, None, None, "not_enough")
    assert (found.may_still_fail, found.budget_used, found.excluded_share) == (None, None, None)
    assert (found.excluded_flag, found.on_target) == (False, None)


def test_21_more_of_210_may_fail_at_90_per_cent():
    """In binary (1 - 0.9) x 210 is a hair under 21."""
    assert compliance(kept=210, broken=0, target=0.9).may_still_fail == 21
    assert compliance(kept=0, broken=0, pending=210, target=Decimal("0.90")).may_still_fail == 21


def test_a_promise_of_always_has_no_budget():
    found = compliance(kept=99, broken=0, target=1)
    assert (found.may_still_fail, found.budget_used, found.on_target) == (0, None, True)


def test_an_overspent_budget_says_by_how_much():
    found = compliance(kept=80, broken=20, target=0.9)
    assert (found.may_still_fail, found.budget_used, found.verdict) == (0, 2.0, "worse")


def test_more_volume_than_expected_is_budgeted_for_as_it_is():
    assert compliance(kept=200, broken=0, target=0.9, expected=50).may_still_fail == 20


@pytest.mark.parametrize(("excluded", "flag"), [(5, False), (6, True)])
def test_more_than_5_per_cent_excluded_is_flagged(excluded, flag):
    assert compliance(kept=95, broken=0, excluded=excluded, target=0.9).excluded_flag is flag


@given(counts, counts, counts, counts, targets)
def test_the_budget_is_spent_to_the_last_failure_and_no_further(kept, broken, pending, to_come, target):
    expected = kept + broken + pending + to_come
    now = compliance(kept=kept, broken=broken, pending=pending, target=target, expected=expected)
    if not now.may_still_fail:
        return
    left = expected - kept - broken
    for more, on_target in ((now.may_still_fail, True), (now.may_still_fail + 1, False)):
        if more <= left:
            end = compliance(kept=kept + left - more, broken=broken + more, target=target)
            assert end.on_target is on_target


@given(counts, counts, counts, targets)
def test_a_rate_lies_in_its_interval(kept, fallback, broken, target):
    found = compliance(kept=kept, kept_by_fallback=fallback, broken=broken, target=target)
    assert found.rate is None or 0 <= found.low <= found.rate <= found.high <= 1


@pytest.mark.parametrize("target", [90, 0, -0.1, 1.01])
def test_a_target_in_per_cent_is_told_how_to_write_it(target):
    with pytest.raises(ValueError, match=f"target: {target} is not a share; .* 0.9 for 90 %"):
        compliance(kept=1, broken=1, target=target)


@pytest.mark.parametrize("name", ["kept", "kept_by_fallback", "broken", "excluded", "pending", "expected"])
def test_a_negative_count_is_named(name):
    with pytest.raises(ValueError, match=f"^{name}: -1 is negative"):
        compliance(**{"kept": 1, "broken": 1, "target": 0.9, name: -1})
