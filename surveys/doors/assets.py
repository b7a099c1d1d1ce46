"""Scripts and styles that are served inside a page or a script of ours, with what belongs to the tenant put in."""

import functools
import re

from django.conf import settings


@functools.cache
def source(name: str) -> str:
    """The text of a file of static/surveys, without indentation and lines of comment."""
    text = (settings.BASE_DIR / "static" / "surveys" / name).read_text(encoding="utf-8")
    return re.sub(r"^\s+|^\s*//.*\n", "", text, flags=re.MULTILINE)
