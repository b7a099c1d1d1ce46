"""The golden numbers of METRICS, one by one."""

import pytest

from cxplatform.stats.change import change
from cxplatform.stats.compliance import compliance
from cxplatform.stats.intervals import wilson
from cxplatform.stats.score import score
from tests.stats.histograms import csat, nps


def test_nps_of_50_30_20_is_30_with_its_adjusted_wald_interval():
    found = score("nps/0-10", nps(50, 30, 20))
    assert (found.value, found.n) == (30.0, 100)
    assert (round(found.low, 2), round(found.high, 2)) == (14.05, 44.20)
    assert found.shares == {"promoters": 50.0, "passives": 30.0, "detractors": 20.0}


def test_50_30_20_against_62_25_13_is_no_clear_change():
    found = change("nps/0-10", nps(62, 25, 13), nps(50, 30, 20))
    assert (round(found.z, 3), round(found.p, 3)) == (1.764, 0.078)
    assert (found.difference, found.verdict) == (19.0, "no_clear_change")
    assert found.low < 0 < found.high


def test_csat_of_74_in_107_is_69_2_per_cent():
    found = score("csat/1-5", csat(74, 33))
    assert (round(found.value, 1), found.n) == (69.2, 107)


@pytest.mark.parametrize(
    ("kept", "judged", "rate"),
    [(15803, 24918, 63.42), (13487, 24918, 54.13), (20054, 24915, 80.49), (952, 1329, 71.63)],
    ids=["made_sla", "one_touch", "no_repeat_7_days", "deadline"],
)
def test_shares_of_the_real_logs(kept, judged, rate):
    found = compliance(kept=kept, broken=judged - kept, target=0.6)
    assert round(100 * found.rate, 2) == rate
    assert (found.low, found.high) == tuple(float(end) for end in wilson(kept, judged))
    assert found.low < found.rate < found.high


def test_priorities_of_the_real_promise_add_up_to_the_whole():
    by_priority = {"critical": (5, 270), "high": (2, 408), "moderate": (15145, 23466), "low": (651, 774)}
    each = {
        name: compliance(kept=kept, broken=judged - kept, target=0.6) for name, (kept, judged) in by_priority.items()
    }
    assert {name: found.verdict for name, found in each.items()} == {
        "critical": "worse",
        "high": "worse",
        "moderate": "better",
        "low": "better",
    }
    assert sum(found.kept for found in each.values()) == 15803
    assert sum(found.judged for found in each.values()) == 24918


def test_compared_with_others_is_a_net_with_the_interval_of_nps():
    found = score("competitors/3", [20, 30, 50])
    assert (found.value, round(found.low, 2), round(found.high, 2)) == (30.0, 14.05, 44.20)
    assert found.beside["worse"].value == 20.0


def test_short_scales_lead_with_the_share_of_the_best_answer():
    low, high = (float(100 * end) for end in wilson(74, 107))
    for name, counts in {
        "image/3:reliable": [74, 20, 13],
        "relevance/3": [74, 20, 13],
        "relevance/1-5": [3, 5, 5, 20, 74],
        "image/1-7:reliable": [1, 1, 1, 5, 5, 20, 74],
    }.items():
        found = score(name, counts)
        assert (round(found.value, 1), found.n, found.metric) == (69.2, 107, name)
        assert (found.low, found.high) == pytest.approx((low, high))
    assert score("relevance/1-5", [3, 5, 5, 20, 74]).beside["mean"].value == pytest.approx(478 / 107)
