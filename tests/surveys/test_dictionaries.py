"""A dictionary of base forms is read through once per installation, and whatever became of what was kept of it."""

from pathlib import Path
from typing import Any

import pytest

from surveys.texts import dictionaries
from surveys.texts.dictionaries import KeptDictionaries


@pytest.fixture
def kept(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.DATA = tmp_path
    monkeypatch.setattr(dictionaries, "version", lambda _package: "2")
    return tmp_path / "words" / "en-2.pickle"


@pytest.fixture(autouse=True)
def another_process():
    dictionaries._dictionary.cache_clear()
    yield
    dictionaries._dictionary.cache_clear()


def test_the_next_process_reads_what_the_first_found(kept, monkeypatch):
    assert KeptDictionaries().get_dictionary("en")["mice"] == "mouse"
    dictionaries._dictionary.cache_clear()
    monkeypatch.setattr(dictionaries, "StreamDictionaryFactory", None)  # the library is not asked again
    assert KeptDictionaries().get_dictionary("en")["mice"] == "mouse"
    assert sorted(path.name for path in kept.parent.iterdir()) == ["en-2.pickle"]


def test_half_a_file_is_found_anew_and_those_of_former_versions_go(kept):
    KeptDictionaries().get_dictionary("en")
    whole = kept.read_bytes()
    kept.write_bytes(whole[:1000])
    kept.with_name("en-1.pickle").touch()
    kept.with_name("sv-1.pickle").touch()
    dictionaries._dictionary.cache_clear()
    assert KeptDictionaries().get_dictionary("en")["mice"] == "mouse"
    assert kept.read_bytes() == whole
    assert sorted(path.name for path in kept.parent.iterdir()) == ["en-2.pickle", "sv-1.pickle"]


def test_where_nothing_can_be_kept_words_are_known_all_the_same(kept):
    kept.parent.touch()  # a file in the folder's place
    assert KeptDictionaries().get_dictionary("en")["mice"] == "mouse"
