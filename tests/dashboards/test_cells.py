"""What a cell may show: enough answers, one verdict, a colour that can be read."""

import re
from pathlib import Path

import numpy as np
import pytest

from cxplatform.stats.metrics import metric
from cxplatform.tenancy.colours import contrast
from dashboards.cells import Pair, as_family, cells, level_of, of_group, pool, shown_groups
from tests.dashboards.worlds import nps

NPS = metric("nps/0-10")
STATIC = Path(__file__).parents[2] / "static/css"


def counts(*three: int):
    return np.array(nps(*three))


def cell(now, then=None, *, target=None, **options):
    return cells(NPS, [Pair(now, then, target)], minimum=5, **options)[0]


def test_a_measured_cell_carries_the_golden_score_and_its_verdict() -> None:
    found = cell(counts(50, 30, 20), counts(62, 25, 13))
    assert found.state == "measured"
    assert (found.shown.value, round(found.shown.low, 2), round(found.shown.high, 2)) == (30, 14.05, 44.2)
    assert (found.verdict, found.change.difference) == ("no_clear_change", -19)


@pytest.mark.parametrize(
    ("now", "state"),
    [(counts(0, 0, 0), "empty"), (counts(2, 1, 1), "few"), (counts(2, 2, 1), "measured"), (None, "few")],
)
def test_nothing_is_empty_and_too_few_is_hidden(now, state: str) -> None:
    found = cell(now, counts(50, 30, 20))
    assert found.state == state
    assert (found.score is None) == (found.change is None) == (state != "measured")


def test_a_small_then_is_no_comparison_for_it_would_be_told_by_the_difference() -> None:
    assert cell(counts(50, 30, 20), counts(1, 1, 1)).change.difference is None


def test_against_the_target_the_whole_interval_decides() -> None:
    assert cell(counts(50, 30, 20), target=50, on_target=True).verdict == "worse"
    assert cell(counts(50, 30, 20), target=40, on_target=True).verdict == "no_clear_change"
    assert cell(counts(50, 30, 20), on_target=True).verdict == "not_enough"


def test_many_cells_share_one_false_discovery_rate() -> None:
    """One cell of p = 0.02 is a change by itself and none among forty that did not move."""
    moved = Pair(counts(50, 30, 20), counts(66, 20, 14))
    still = Pair(counts(50, 30, 20), counts(50, 30, 20))
    assert cells(NPS, [moved], minimum=5)[0].verdict == "worse"
    assert cells(NPS, [moved, *[still] * 40], minimum=5)[0].verdict == "no_clear_change"
    alone = [cells(NPS, [pair], minimum=5)[0] for pair in [moved, *[still] * 40]]
    assert as_family(alone)[0].verdict == "no_clear_change"


def test_colours_are_centred_on_the_target_and_turn_round_where_lower_is_better() -> None:
    worse_than_expected = metric("expectation/3")
    assert [level_of(NPS, value, 40) for value in (-60, 5, 30, 37, 43, 46, 60, 99)] == [-4, -3, -1, 0, 0, 1, 2, 4]
    assert level_of(worse_than_expected, 30, 10) == -3
    assert level_of(NPS, 10, None) == level_of(NPS, None, 10) == 0


def test_a_group_is_hidden_when_the_others_would_tell_on_a_small_one() -> None:
    big, small = counts(20, 10, 10), counts(1, 1, 0)
    groups = {"big": big, "other": counts(10, 5, 5), "small": small}
    everybody = big + groups["other"] + small
    assert set(shown_groups(groups, everybody, minimum=5)) == {"big"}
    assert of_group(groups, everybody, "small", minimum=5) is None
    assert of_group(groups, everybody, "other", minimum=5) is None
    assert of_group(groups, everybody, "big", minimum=5) is big


def test_those_without_a_value_are_a_group_too() -> None:
    groups = {"a": counts(20, 10, 10), "b": counts(10, 5, 5)}
    everybody = groups["a"] + groups["b"] + counts(1, 1, 0)
    assert set(shown_groups(groups, everybody, minimum=5)) == {"a"}


def test_a_pool_with_a_hidden_part_is_hidden() -> None:
    assert pool(NPS, [counts(1, 2, 3), None]) is None
    assert list(pool(NPS, [counts(1, 2, 3), counts(1, 0, 0)])) == nps(2, 2, 3)


def test_the_number_can_be_read_on_every_step_of_the_colour_scale() -> None:
    tokens = dict(re.findall(r"--([\w-]+): light-dark\((#\w{6}, #\w{6})\)", (STATIC / "tokens.css").read_text()))
    rules = dict(
        re.findall(r"^\.((?:up|down)-\d|level) \{ (.*) \}$", (STATIC / "figures.css").read_text(), re.MULTILINE)
    )
    assert len(rules) == 9
    for rule in rules.values():
        grounds = tokens[re.search(r"background: var\(--([\w-]+)\)", rule)[1]].split(", ")
        own = re.search(r"; color: (?:light-dark\((#\w{6}), (#\w{6})\)|(#\w{6}))", rule)
        texts = [own[1] or own[3], own[2] or own[3]] if own else tokens["text"].split(", ")
        for ground, text in zip(grounds, texts, strict=True):
            assert contrast(ground, text) >= 4.5, (rule, ground, text)
