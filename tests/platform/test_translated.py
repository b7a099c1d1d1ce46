"""Every string that the code or a template marks for translation has its Finnish and Swedish."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po
from django.utils.translation import trans_real
from django.utils.translation.template import templatize

from cxplatform.catalogues import LOCALES

ROOT = LOCALES.parent
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}
SKIPPED = {"migrations", "__pycache__", "node_modules"}


APPS = ("cxplatform", "journeys", "surveys", "promises", "dashboards")
# What a template is turned into is not Python: the marks stand between blanked-out text.
MARK = re.compile(r"""(?:\b_|(?<!p)gettext)\(\s*u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")


def files(folder: str, kind: str) -> Iterator[Path]:
    return (path for path in (ROOT / folder).rglob(kind) if not SKIPPED & set(path.parts))


@cache
def marked() -> list[tuple[Path, str]]:
    """Each marked string with its file; of one with a plural its singular."""
    found = []
    for path in (path for app in APPS for path in files(app, "*.py")):
        for _, said, _, _ in extract("python", BytesIO(path.read_bytes()), keywords=KEYWORDS):
            found.append((path, said[0] if isinstance(said, tuple) else said))
    for path in (path for kind in ("*.html", "*.txt") for path in files("templates", kind)):
        for said in MARK.findall(templatize(path.read_text(), origin=str(path))):
            found.append((path, ast.literal_eval(said)))
    return found


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_marked_string_is_in_the_catalogue(language):
    with (LOCALES / language / "LC_MESSAGES/django.po").open("rb") as file:
        own = {m.id[0] if isinstance(m.id, tuple) else m.id for m in read_po(file, locale=language)}
    frameworks = trans_real.translation(language)._catalog
    missing = {
        f"{path.relative_to(ROOT)}: {said}" for path, said in marked() if said not in own and said not in frameworks
    }
    assert sorted(missing) == []
