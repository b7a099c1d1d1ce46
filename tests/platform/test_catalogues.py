"""Translations: complete, consistent, and compiled where GNU gettext is not installed."""

import gettext
import os
import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from cxplatform.catalogues import LOCALES, compile_catalogues

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "journey"
msgstr "{word}"
"""


def test_a_changed_catalogue_is_compiled_and_an_unchanged_one_left_alone(tmp_path):
    source = tmp_path / "fi/LC_MESSAGES/django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO.format(word="matka"))
    target = source.with_suffix(".mo")
    assert compile_catalogues(tmp_path) == [target]
    assert compile_catalogues(tmp_path) == []
    source.write_text(PO.format(word="asiakaspolku"))
    later = target.stat().st_mtime + 10
    os.utime(source, (later, later))
    assert compile_catalogues(tmp_path) == [target]
    with target.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("journey") == "asiakaspolku"


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_string_is_translated(language):
    with (LOCALES / language / "LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    assert [message.id for message in catalogue if message.id and not message.string] == []
    assert [message.id for message in catalogue if message.fuzzy and message.id] == []


def test_both_languages_translate_the_same_strings():
    def ids(language: str) -> set[str]:
        with Path(LOCALES / language / "LC_MESSAGES/django.po").open("rb") as file:
            return {str(message.id) for message in read_po(file, locale=language) if message.id}

    assert ids("fi") ^ ids("sv") == set()


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_each_string_stands_there_once_with_one_translation(language):
    """Two who add strings side by side can leave an entry twice, or a translation without its string, which the
    reader would join to the string before it."""
    lines = (LOCALES / language / "LC_MESSAGES/django.po").read_text().split("\n")
    said = [line for line in lines if line.startswith("msg")]
    words = " ".join(line.partition(" ")[0] for line in said)
    assert re.fullmatch(r"((msgctxt )?msgid (msgstr|msgid_plural msgstr\[0\] msgstr\[1\]) ?)+", words)
    contexts = ["", *(line if line.startswith("msgctxt") else "" for line in said)]
    strings = [pair for pair in zip(contexts, said, strict=False) if pair[1].startswith("msgid ")]
    assert [string for string, times in Counter(strings).items() if times > 1 and string[1] != 'msgid ""'] == []
