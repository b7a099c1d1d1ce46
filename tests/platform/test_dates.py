"""A moment is written as its reader writes it, with the day before the month and 24 hours."""

from datetime import datetime

import pytest
from django.utils import translation
from django.utils.formats import date_format


@pytest.mark.parametrize(
    ("language", "written"),
    [("fi", "22.11.2026 19.35"), ("sv", "22.11.2026 19.35"), ("en", "22 Nov 2026, 19:35")],
)
def test_a_moment_is_written_as_its_reader_writes_it(language: str, written: str) -> None:
    with translation.override(language):
        assert date_format(datetime(2026, 11, 22, 19, 35), "SHORT_DATETIME_FORMAT") == written
