"""Dictionaries of base forms, read where they lie; what lies where in them is found once per installation."""

import contextlib
import os
import pickle
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version

from django.conf import settings
from simplemma.strategies.dictionaries import DictionaryFactory
from simplemma.strategies.dictionaries.stream_dictionary_factory import StreamDictionaryFactory


class KeptDictionaries(DictionaryFactory):
    """By language its dictionary, {word: base form}.

    Read where they lie, the three languages take 60 MB of memory; loaded, they take 450. To know what lies where, each
    is read through, the Finnish one in more than a second of whoever searches first, once in every process after every
    start. So that is kept in `<data>/words`.
    """

    def get_dictionary(self, lang: str) -> Mapping[str, str]:
        return _dictionary(lang)


@cache
def _dictionary(language: str) -> Mapping[str, str]:
    kept = settings.DATA / "words" / f"{language}-{version('simplemma')}.pickle"
    try:
        found: Mapping[str, str] = pickle.loads(kept.read_bytes())  # noqa: S301 (our own, beside our secret key)
    except Exception:  # none yet, of half a disk, of another version of the library's insides
        found = StreamDictionaryFactory().get_dictionary(language)
        fresh = kept.with_suffix(f".{os.getpid()}")  # others may do this at once: it is replaced whole
        with contextlib.suppress(OSError):  # a disk that is full or not ours costs time and nothing else
            kept.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(pickle.dumps(found))
            fresh.replace(kept)
            for former in kept.parent.glob(f"{language}-*.pickle"):
                if former != kept:
                    former.unlink()
    return found
