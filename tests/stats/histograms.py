"""Histograms for the tests of stats."""

from hypothesis import strategies as st

from cxplatform.stats.metrics import METRICS

names = st.sampled_from(sorted(METRICS))


def nps(promoters, passives, detractors):
    return [detractors, *[0] * 6, passives, 0, promoters, 0]


def csat(satisfied, others):
    return [others, 0, 0, 0, satisfied]


def histograms(name, *, most=60):
    return st.lists(st.integers(0, most), min_size=METRICS[name].bins, max_size=METRICS[name].bins)


@st.composite
def named(draw, *, most=60):
    """A metric's name and one histogram of it."""
    name = draw(names)
    return name, draw(histograms(name, most=most))


@st.composite
def named_pair(draw, *, most=60):
    """A metric's name and two histograms of it."""
    name = draw(names)
    return name, draw(histograms(name, most=most)), draw(histograms(name, most=most))
