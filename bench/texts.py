"""How well topics and feelings of real texts are told, by cross-validation: city feedback and film subtitles.

usage: python -m bench texts [folder of the data, default ../shared/data]

Helsinki: 1,132 pieces of city feedback in Finnish, each of one of ten services. XED: Finnish sentences marked as
positive or negative. Five stratified folds, the same for every row; each row learns from four fifths and is asked of
the fifth it has not seen. "words" and "words and meaning" are what the product does without and with the extra
`texts`; the others are what it is to beat.
"""

import csv
import gzip
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import harness
import numpy
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from surveys.texts import features, feelings, heads
from surveys.texts.words import Words, words_of

FOLDS = 5
Predict = Callable[[Any, Any], Any]


def read_helsinki(folder: Path) -> tuple[list[str], list[str]]:
    with (folder / "helsinki_feedback_fi.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["service_name"]]
    return [f"{row['title']}\n{row['description']}".strip() for row in rows], [row["service_name"] for row in rows]


def read_xed(folder: Path) -> tuple[list[str], list[str]]:
    with gzip.open(folder / "xed_fi_en_sv.csv.gz", "rt", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["lang"] == "fi" and row["polarity"] in _POLARITY]
    return [row["text"] for row in rows], [row["polarity"] for row in rows]


_POLARITY = ("positive", "negative")


def ours(texts: Sequence[str], words: Sequence[Words], classes: Any, *, meaning: bool) -> Predict:
    """The product's own features and heads: one head a class, the surest wins."""

    def predict(learnt: Any, asked: Any) -> Any:
        space, placed = features.fit([texts[i] for i in learnt], [words[i] for i in learnt], meaning=meaning)
        unseen = space.place([texts[i] for i in asked], [words[i] for i in asked])
        names = numpy.unique(classes)
        if len(names) == 2:
            sure = heads.separate(placed, classes[learnt] == names[1], balanced=False).decide(unseen)
            return numpy.where(sure > 0, names[1], names[0])
        decided = [heads.separate(placed, classes[learnt] == name, balanced=False).decide(unseen) for name in names]
        return names[numpy.argmax(decided, axis=0)]

    return predict


def tfidf(documents: Sequence[str], classes: Any, **settings: Any) -> Predict:
    def predict(learnt: Any, asked: Any) -> Any:
        weigh = TfidfVectorizer(sublinear_tf=True, **settings)
        model = LinearSVC().fit(weigh.fit_transform([documents[i] for i in learnt]), classes[learnt])
        return model.predict(weigh.transform([documents[i] for i in asked]))

    return predict


def meaning_alone(texts: Sequence[str], classes: Any) -> Predict:
    from sklearn.linear_model import LogisticRegression

    placed = features._meanings(texts)

    def predict(learnt: Any, asked: Any) -> Any:
        return LogisticRegression(C=50, max_iter=500).fit(placed[learnt], classes[learnt]).predict(placed[asked])

    return predict


def majority(classes: Any) -> Predict:
    def predict(learnt: Any, asked: Any) -> Any:
        names, counts = numpy.unique(classes[learnt], return_counts=True)
        return numpy.full(len(asked), names[counts.argmax()])

    return predict


def by_lexicon(words: Sequence[Words], classes: Any) -> Predict:
    """What a company has on its first day: nobody has taught anything. Where no word tells, the commoner class."""

    def predict(learnt: Any, asked: Any) -> Any:
        common = majority(classes)(learnt, asked)
        felt = [feelings.by_words(words[i]).sentiment or 0 for i in asked]
        return numpy.where(numpy.array(felt) > 0, "positive", numpy.where(numpy.array(felt) < 0, "negative", common))

    return predict


def remember_meanings() -> None:
    """Work out the meaning of a text once: it is the same in every fold, and takes longest by far."""
    known: dict[str, Any] = {}
    work_out = features._meanings

    def meanings(texts: Sequence[str]) -> Any:
        fresh = list({text for text in texts if text not in known})
        known.update(zip(fresh, work_out(fresh), strict=True))
        return numpy.vstack([known[text] for text in texts])

    features._meanings = meanings


def measure(name: str, texts: list[str], told: list[str]) -> None:
    classes = numpy.array(told)
    words = [words_of(text, "fi") for text in texts]
    lemmas = [" ".join(one.lemmas) for one in words]
    rows: dict[str, Predict] = {
        "majority": majority(classes),
        "lemma TF-IDF": tfidf(lemmas, classes, token_pattern=r"\S+"),
        "char TF-IDF": tfidf(texts, classes, analyzer="char_wb", ngram_range=(2, 5)),
        "words": ours(texts, words, classes, meaning=False),
    }
    if set(told) == set(_POLARITY):
        rows["lexicon, nothing learnt"] = by_lexicon(words, classes)
    if features.meaning_is_installed():
        rows |= {
            "meaning alone (e5)": meaning_alone(texts, classes),
            "words and meaning": ours(texts, words, classes, meaning=True),
        }
    print(f"\n{name}: {len(texts):,} texts, {len(set(told))} classes")
    print("| told by | right (mean of 5 folds) | lowest ... highest fold | F1, classes alike | s |")
    print("|---|---|---|---|---|", flush=True)
    folds = list(StratifiedKFold(FOLDS, shuffle=True, random_state=7).split(texts, classes))
    for label, predict in rows.items():
        began, right, f1 = time.monotonic(), [], []
        for learnt, asked in folds:
            found = predict(learnt, asked)
            right.append(float((found == classes[asked]).mean()))
            f1.append(f1_score(classes[asked], found, average="macro", zero_division=0))
        print(
            f"| {label} | {numpy.mean(right):.3f} | {min(right):.3f} ... {max(right):.3f} | {numpy.mean(f1):.3f} "
            f"| {time.monotonic() - began:.0f} |",
            flush=True,
        )


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else harness.ROOT.parent / "shared" / "data"
    if not (folder / "helsinki_feedback_fi.csv").exists():
        print(f"The data is not in {folder}: give its folder as the argument.")
        return 2 if len(sys.argv) > 1 else 0
    remember_meanings()
    measure("Helsinki, topics", *read_helsinki(folder))
    measure("XED Finnish, polarity", *read_xed(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
