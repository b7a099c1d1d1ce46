"""A topic of real city feedback, taught by thirty texts of each kind as a person would, is found in the others."""

import csv
from pathlib import Path

import pytest

from surveys.texts.teller import TextTeller, TopicWords, taught_of
from surveys.texts.training import Example, Lesson, learn, packed
from surveys.texts.words import word_lists

DATA = Path(__file__).parents[3] / "shared" / "data" / "helsinki_feedback_fi.csv"
if not DATA.exists():
    pytest.skip("needs the real data of ../shared/data, which is no part of the project", allow_module_level=True)

EACH = 30


def test_potholes_are_found_in_feedback_to_a_city() -> None:
    with DATA.open(encoding="utf-8") as file:
        rows = [(f"{r['title']}\n{r['description']}", r["service_name"]) for r in csv.DictReader(file)]
    marked = [(text, service == "Potholes") for text, service in rows if service]
    yes, no = ([text for text, about in marked if about is kind] for kind in (True, False))
    examples = tuple(
        Example(1, text, "fi", about) for about, texts in ((True, yes), (False, no)) for text in texts[:EACH]
    )
    topic = TopicWords(1, word_lists({"fi": ["kuoppa*", "kuopp*"]}))
    learnt = learn(Lesson((topic,), examples, (), (), 0), meaning=False)
    taught = taught_of(weights=packed(learnt.arrays), figures=learnt.figures)
    asked = [(text, True) for text in yes[EACH:90]] + [(text, False) for text in no[EACH:90]]
    told = TextTeller(2, (topic,), taught).tell([(text, "fi") for text, _ in asked])
    found = ["1" in one.topics for one in told]
    about = [about for _, about in asked]
    right = sum(a and b for a, b in zip(found, about, strict=True))
    figures = learnt.figures["topics"]["1"]
    assert sum(a == b for a, b in zip(found, about, strict=True)) / len(asked) > 0.65
    assert 2 * right / (sum(found) + sum(about)) > figures["low"], "it is at least as good as it said of itself"
