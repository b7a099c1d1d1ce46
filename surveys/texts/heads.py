"""One yes-or-no question of a text, learnt from examples: a plane, stored as the columns it uses."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_FOLDS = 5


@dataclass(frozen=True)
class Head:
    """The columns that matter, their weights, and the bias."""

    columns: Any
    weights: Any
    bias: float

    def confidence(self, placed: Any) -> Any:
        """How sure it is that the answer is yes, 0..1 for each row of a matrix of features."""
        import numpy

        return 1 / (1 + numpy.exp(-self.decide(placed)))

    def decide(self, placed: Any) -> Any:
        """Over 0 is yes; the further, the surer."""
        import numpy

        dense = numpy.zeros(placed.shape[1], dtype="float32")
        dense[self.columns] = self.weights
        return placed @ dense + self.bias

    def arrays(self, name: str) -> dict[str, Any]:
        """What is stored of it, by names that begin with `name`."""
        import numpy

        return {
            f"{name}.columns": self.columns,
            f"{name}.weights": self.weights.astype("float16"),
            f"{name}.bias": numpy.array(self.bias, dtype="float32"),
        }


def head_of(arrays: Any, name: str) -> Head:
    """The head that was stored by this name."""
    weights = arrays[f"{name}.weights"].astype("float32")
    return Head(arrays[f"{name}.columns"], weights, float(arrays[f"{name}.bias"]))


@dataclass(frozen=True)
class Learnt:
    """A head, and for each text that it learnt from the confidence of one that had not seen it."""

    head: Head
    unseen: Any


def learn(placed: Any, yes: Sequence[bool]) -> Learnt:
    """Learn from the rows of a matrix of features and their answers, at least two of both kinds.

    A support vector machine finds the side; how far counts as how sure is fitted (Platt 1999) to what heads that
    had not seen a text said of it. Both kinds weigh the same, so that a topic that is taught by what it is does not
    say no to all the rest.
    """
    import numpy
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    answers = numpy.asarray(yes, dtype=bool)
    folds = min(_FOLDS, int(answers.sum()), int((~answers).sum()))
    far = numpy.zeros((len(answers), 1))
    for learnt, asked in StratifiedKFold(folds, shuffle=True, random_state=0).split(placed, answers):
        far[asked, 0] = separate(placed[learnt], answers[learnt]).decide(placed[asked])
    sure = LogisticRegression(class_weight="balanced").fit(far, answers)
    # Of too few examples folds may contradict each other: then the sides are kept, and nothing is very sure.
    slope = max(float(sure.coef_[0, 0]), 0.1)
    at = float(sure.intercept_[0])
    found = separate(placed, answers)
    head = Head(found.columns, found.weights * slope, found.bias * slope + at)
    return Learnt(head, 1 / (1 + numpy.exp(-(far[:, 0] * slope + at))))


def separate(placed: Any, answers: Any, *, balanced: bool = True) -> Head:
    """The plane between rows answered yes and no; what it decides is no confidence yet."""
    import numpy
    from sklearn.svm import LinearSVC

    model = LinearSVC(class_weight="balanced" if balanced else None, random_state=0).fit(placed, answers)
    (weights,) = model.coef_
    columns = numpy.flatnonzero(numpy.abs(weights) > 1e-5).astype("int32")
    return Head(columns, weights[columns].astype("float32"), float(model.intercept_[0]))
