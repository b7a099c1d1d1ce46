"""What a histogram says: whole scores of every metric, and laws that hold for all of them."""

import sys
from subprocess import run

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from cxplatform.stats.histogram import add, answers, empty
from cxplatform.stats.metrics import METRICS, metric
from cxplatform.stats.moments import moments
from cxplatform.stats.score import estimates, score, score_of_many, weakest
from tests.stats.histograms import histograms, named, named_pair, names


def test_effort_leads_with_easy_and_puts_struggling_and_the_mean_beside():
    found = score("ces/1-7", [5, 3, 2, 10, 20, 30, 30])
    assert (found.value, found.unit, found.better, found.n) == (80.0, "percent", "higher", 100)
    assert found.shares == {"easy": 80.0, "neutral": 10.0, "struggling": 10.0}
    assert found.beside["struggling"].value == 10.0
    assert found.mean == found.beside["mean"].value == pytest.approx(5.47)
    answers_given = np.repeat(np.arange(1, 8), [5, 3, 2, 10, 20, 30, 30])
    assert (found.beside["mean"].low, found.beside["mean"].high) == pytest.approx(
        scipy_stats.t.interval(0.95, 99, loc=5.47, scale=scipy_stats.sem(answers_given))
    )


def test_the_old_effort_scale_is_easy_at_its_low_end():
    found = score("ces/1-5", [40, 20, 20, 10, 10])
    assert (found.value, found.shares["struggling"], found.better) == (60.0, 20.0, "higher")


def test_resolution_leads_with_first_contact_and_leaves_out_too_early():
    found = score("fcr/5", [50, 20, 10, 20, 300])
    assert (found.value, found.n, found.excluded) == (50.0, 100, 300)
    assert found.shares == {"first": 50.0, "later": 20.0, "partly": 10.0, "no": 20.0, "solved": 70.0}
    assert found.beside["solved"].value == 70.0
    assert found.beside["solved"].low < 70 < found.beside["solved"].high


def test_strict_resolution_needs_the_pair():
    """The same 60 first contacts and 70 as-expecteds make 60 strict or 30, by who gave which."""
    together, apart = empty("fcr_expected/15"), empty("fcr_expected/15")
    together[0], together[3], together[4] = 60, 10, 30
    apart[0], apart[2], apart[3] = 30, 30, 40
    assert [score("fcr_expected/15", h).value for h in (together, apart)] == [60.0, 30.0]
    assert [score("fcr_expected/15", h).beside["first"].value for h in (together, apart)] == [60.0, 60.0]
    assert [score("fcr_expected/15", h).beside["solved"].value for h in (together, apart)] == [100.0, 100.0]


def test_expectation_leads_with_worse_where_lower_is_better():
    found = score("expectation/3", [20, 50, 30])
    assert (found.value, found.better) == (20.0, "lower")
    assert found.shares == {"worse": 20.0, "as_expected": 50.0, "better": 30.0}
    net = found.beside["net"]
    as_nps = score("nps/0-10", [20, 0, 0, 0, 0, 0, 0, 50, 0, 30, 0])
    assert (net.value, net.low, net.high) == (10.0, as_nps.low, as_nps.high)


def test_emotion_gives_the_distribution_and_its_net():
    found = score("emotion/7", [20, 10, 20, 25, 5, 10, 10])
    assert (found.value, found.unit) == (25.0, "points")
    assert found.shares == {
        "pleased": 20.0,
        "valued": 10.0,
        "reassured": 20.0,
        "nothing": 25.0,
        "unsure": 5.0,
        "disappointed": 10.0,
        "frustrated": 10.0,
        "positive": 50.0,
        "neutral": 25.0,
        "negative": 25.0,
    }


def test_three_dimensions_read_on_0_to_100_from_the_sums():
    sums = empty("cx3d/3-21")
    sums[0], sums[9], sums[18] = 1, 2, 5
    found = score("cx3d/3-21", sums)
    values = np.array([0, 50, 50, *[100] * 5])
    assert found.mean == found.value == pytest.approx(values.mean())
    low, high = scipy_stats.t.interval(0.95, 7, loc=values.mean(), scale=scipy_stats.sem(values))
    assert found.low == pytest.approx(low)
    assert (found.high, high > 100) == (100, True)


def test_the_weakest_dimension_is_named_unless_it_is_shared():
    low, high = [4, 4, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 4, 4]
    named_scores = [
        score(f"cx3d_{dimension}/1-7", counts)
        for dimension, counts in (("effectiveness", high), ("ease", low), ("emotion", [0] * 7))
    ]
    assert weakest(named_scores) == "cx3d_ease/1-7"
    assert weakest([score("cx3d_ease/1-7", low), score("cx3d_emotion/1-7", low)]) is None
    assert weakest([]) is None


def test_promise_kept_is_asked_of_those_who_can_say():
    found = score("promise_kept/4", [6, 1, 1, 12])
    assert (found.value, found.n, found.excluded) == (75.0, 8, 12)


def test_perceived_value_is_a_mean_of_differences():
    found = score("value/-6..6", [0, 0, 0, 0, 0, 10, 0, 10, 0, 20, 0, 0, 0])
    assert (found.value, found.unit) == (1.5, "mean")
    assert score("sacrifice/1-7", [1] * 7).better == "lower"


@given(names)
def test_no_answers_is_no_value(name):
    found = score(name, empty(name))
    assert (found.value, found.low, found.high, found.n, found.shares) == (None, None, None, 0, {})
    assert all((e.value, e.low, e.high) == (None, None, None) for e in found.beside.values())


@given(named())
def test_a_score_lies_in_its_interval_and_both_on_the_scale(case):
    name, counts = case
    m, found = METRICS[name], score(name, counts)
    assert (found.value is None) == (found.n == 0)
    lowest, highest = m.limits
    # At n = 1 the adjusted interval of a net ends at 98.5: it is pulled to the middle more than it is wide.
    if found.n > 1 and found.low is not None:
        assert lowest <= found.low <= found.value + 1e-9
        assert found.value - 1e-9 <= found.high <= highest
    assert all(-1e-9 <= share <= 100 + 1e-9 for share in found.shares.values())
    if found.n:
        assert sum(found.shares[part] for part in m.bar) == pytest.approx(100)


@given(named_pair())
def test_a_merged_score_lies_between_and_weighs_by_n(case):
    name, a, b = case
    one, two, both = score(name, a), score(name, b), score(name, add(a, b))
    assert both.n == one.n + two.n
    assert both.n == answers(name, add(a, b))
    if one.n and two.n:
        assert both.value == pytest.approx((one.n * one.value + two.n * two.value) / both.n, abs=1e-9)


@given(named(), st.data())
def test_one_better_answer_never_makes_a_score_worse(case, data):
    name, counts = case
    m = METRICS[name]
    moved = [place for place, times in enumerate(counts) if times and m.normal[place] is not None]
    if not moved:
        return
    source = data.draw(st.sampled_from(moved))
    inside = [place for place in range(m.bins) if m.normal[place] is not None]
    if name == "fcr_expected/15":  # better in both halves, as the pair is ordered by each
        inside = [p for p in inside if p // 3 <= source // 3 and p % 3 <= source % 3]
    target = data.draw(st.sampled_from([p for p in inside if m.normal[p] >= m.normal[source]]))
    better = list(counts)
    better[source] -= 1
    better[target] += 1
    gain = score(name, better).value - score(name, counts).value
    assert gain >= -1e-9 if m.better == "higher" else gain <= 1e-9


@given(names, st.data())
def test_many_at_once_are_each_by_itself(name, data):
    table = data.draw(st.lists(histograms(name), max_size=6))
    assert score_of_many(name, np.array(table, dtype=np.int64).reshape(len(table), METRICS[name].bins)) == [
        score(name, counts) for counts in table
    ]


@given(histograms("cx3d/3-21"))
def test_moments_are_those_of_the_answers(counts):
    numbers = metric("cx3d/3-21").numbers
    given_answers = np.repeat(numbers, counts)
    found = moments(numbers, np.array([counts]))
    assert found.n[0] == len(given_answers)
    if len(given_answers) > 1:
        assert found.mean[0] == pytest.approx(given_answers.mean())
        assert found.variance[0] == pytest.approx(given_answers.var(ddof=1), abs=1e-9)


def test_a_quantity_that_a_metric_does_not_have_is_named():
    table = np.zeros((1, 5), dtype=np.int64)
    with pytest.raises(ValueError, match="csat/1-5: has no mean; its quantities are satisfied"):
        estimates(metric("csat/1-5"), "mean", table)
    with pytest.raises(ValueError, match="csat/1-5: has no net score"):
        estimates(metric("csat/1-5"), "net", table)


def test_a_page_of_shares_and_nps_pays_for_no_statistics_library():
    """scipy, pandas and statsmodels take 0.5 to 3 s to import; Django has no business here at all."""
    program = (
        "import sys, pkgutil, importlib, cxplatform.stats as room\n"
        "for found in pkgutil.iter_modules(room.__path__, 'cxplatform.stats.'):\n"
        "    importlib.import_module(found.name)\n"
        "from cxplatform.stats.score import score\n"
        "from cxplatform.stats.change import change\n"
        "score('nps/0-10', [1] * 11), score('fcr/5', [1] * 5), change('csat/1-5', [20] * 5, [9] * 5)\n"
        "print(sorted({'scipy', 'pandas', 'statsmodels', 'django'} & set(sys.modules)))\n"
    )
    found = run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
