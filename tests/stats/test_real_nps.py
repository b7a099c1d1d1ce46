"""Real answers of a garden-store chain, against what an independent computation found."""

import csv
import json
from pathlib import Path

import pytest

from cxplatform.stats.change import change
from cxplatform.stats.histogram import add, count
from cxplatform.stats.score import score

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
ANSWERS, EXPECTED = DATA / "nps_botanic.csv", DATA / "expected.json"

pytestmark = pytest.mark.skipif(
    not (ANSWERS.exists() and EXPECTED.exists()),
    reason="real data not here: nps_botanic.csv and expected.json belong in ../shared/data",
)


@pytest.fixture(scope="module")
def expected():
    return json.loads(EXPECTED.read_text())["nps"]


@pytest.fixture(scope="module")
def rows():
    with ANSWERS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def histogram(name, column, rows):
    return count(name, (float(row[column]) for row in rows if row[column]))


def test_nps_and_its_interval(rows, expected):
    counts = histogram("nps/1-10", "nps", rows)
    assert counts == [expected["score_counts"][str(value)] for value in range(1, 11)]
    found = score("nps/1-10", counts)
    assert (found.n, round(found.value, 6)) == (expected["n"], expected["nps"])
    assert [round(end, 4) for end in (found.low, found.high)] == expected["ci95"]
    for part in ("promoters", "passives", "detractors"):
        assert found.shares[part] == pytest.approx(100 * expected[part] / expected["n"])


def test_satisfaction(rows, expected):
    found = score("csat/1-10", histogram("csat/1-10", "satisfaction", rows))
    assert (found.n, round(found.value, 3)) == (expected["sat_n"], round(100 * expected["sat_top_9_10"], 3))


def test_those_who_comment_are_not_like_those_who_do_not(rows, expected):
    commented = histogram("nps/1-10", "nps", [row for row in rows if row["explication"].strip()])
    silent = histogram("nps/1-10", "nps", [row for row in rows if not row["explication"].strip()])
    assert add(commented, silent) == histogram("nps/1-10", "nps", rows)
    for counts, known in ((commented, expected["nps_with_verbatim"]), (silent, expected["nps_without"])):
        found = score("nps/1-10", counts)
        assert (found.n, round(found.value, 6)) == (known["n"], known["nps"])
    assert change("nps/1-10", commented, silent).verdict == "worse"


def test_scores_by_number_of_visits(rows, expected):
    for band, known in expected["by_visits"].items():
        low, high = (int(end) for end in band.strip("(]").split(","))
        found = score(
            "nps/1-10",
            histogram("nps/1-10", "nps", [row for row in rows if low < float(row["NbPassageKS"]) <= high]),
        )
        assert (found.n, round(found.value, 6)) == (known["n"], known["nps"])
