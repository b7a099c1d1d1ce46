"""Forecasts: what they find in series that are known, how wrong they were, and when there is none."""

import numpy as np
import pytest

from cxplatform.stats.forecast import forecast

MONTHS = np.arange(60)


def test_a_decline_goes_on_and_warns_before_it_is_under_target():
    draw = np.random.default_rng(1)
    falling = 60 - 0.8 * MONTHS[:36] + draw.normal(0, 0.5, 36)
    found = forecast(falling.tolist(), steps=6, least=-100, greatest=100)
    assert (found.method, found.refused) == ("ets", "")
    assert found.ahead[0].value == pytest.approx(60 - 0.8 * 36, abs=1.5)
    assert all(each.low < each.value < each.high for each in found.ahead)
    assert found.first_under(31.5) == 2
    assert found.first_under(0) is None
    assert found.error < found.naive_error


def test_a_season_comes_again():
    draw = np.random.default_rng(2)
    seasons = 50 + 10 * np.sin(MONTHS[:36] * 2 * np.pi / 12) + draw.normal(0, 1, 36)
    found = forecast(seasons.tolist(), steps=12)
    expected = 50 + 10 * np.sin(np.arange(36, 48) * 2 * np.pi / 12)
    assert np.abs([each.value for each in found.ahead] - expected).mean() < 1.5


def test_where_last_year_tells_as_much_it_is_asked():
    """A season and nothing else, ever: smoothing cannot beat it."""
    found = forecast((50 + 10 * np.sin(MONTHS[:36] * 2 * np.pi / 12)).round(6).tolist(), steps=3)
    assert (found.error, [each.value for each in found.ahead]) == (
        pytest.approx(0, abs=1e-3),
        pytest.approx([50, 55, 58.66], abs=0.01),
    )


def test_it_stays_on_its_scale():
    high = [99.0 + 0.02 * month for month in range(30)]
    assert all(each.high <= 100 for each in forecast(high, steps=12, greatest=100).ahead)


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        (list(range(23)), "few"),
        ([50.0] * 30, "flat"),
        ([*range(29), None], "gaps"),
        ([*range(29), float("nan")], "gaps"),
        ([], "few"),
    ],
)
def test_nothing_is_foretold_of_too_little(values, refused):
    found = forecast(values)
    assert (found.ahead, found.refused, found.error) == ((), refused, None)


def test_seasons_longer_than_the_series_are_refused():
    assert forecast(list(range(30)), season=20).refused == "seasons"


def test_steps_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="steps"):
        forecast(list(range(30)), steps=13)
