"""Words to search by, as base forms. Their dictionaries take seconds to open, so that is done before they are asked."""

import functools
import threading

from surveys.texts.words import LANGUAGES, search_words

_opening = threading.Lock()


@functools.cache
def warm() -> None:
    """Open the dictionaries beside the work of this process, once. Who opens the stream is likely to search in it."""
    threading.Thread(target=base_forms, args=("word",), daemon=True).start()


def base_forms(word: str) -> set[str]:
    """The base forms of a word in each language of ours; waits where the dictionaries are being opened."""
    with _opening:
        return {base for language in LANGUAGES for base in search_words(word, language)}
