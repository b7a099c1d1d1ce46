"""What docs/capabilities promises is there: each number once, with addresses that open and tests that exist."""

import ast
import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.urls import get_resolver
from django.urls.converters import DEFAULT_CONVERTERS, get_converters

from tests.tenancy.test_permission_matrix import routes

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "docs/capabilities").glob("*.toml"))
LAST = {"S0": 23, "S1": 13, "S2": 45, "S3": 21, "S4": 48}  # of each series there are all from 1 on
CAPABILITIES: list[tuple[str, str, dict[str, Any]]] = [
    (file.stem, number, table) for file in FILES for number, table in tomllib.loads(file.read_text()).items()
]


@cache
def addresses() -> re.Pattern[str]:
    """What stands in `where`: a route as in the URLconf, the converters' names left out.

    One of a few words known beforehand (a tab) may also stand as itself.
    """
    inside = (f"t/<tenant>/{route}" for route in routes(get_resolver("cxplatform.tenant_urls").url_patterns))
    return re.compile("|".join(map(written, (*inside, *routes(get_resolver("cxplatform.urls").url_patterns)))))


def written(route: str) -> str:
    """A regular expression of how people write this route."""
    if "^" in route:  # those of the REST frame's router
        route = re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", route).replace("^", "").rstrip("$")
    parts = re.split(r"<(?:(\w+):)?(\w+)>", "/" + route)
    found = re.escape(parts[0])
    for kind, name, after in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        words = f"|{get_converters()[kind].regex}" if kind and kind not in DEFAULT_CONVERTERS else ""
        found += f"(?:<{name}>{words})" + re.escape(after)
    return found


@cache
def named_tests(file: str) -> set[str]:
    """The tests in this file's source, `test_it` or `TestThem::test_it`; nothing is imported, nothing collected."""
    if not (ROOT / file).is_file():
        return set()
    tree = ast.parse((ROOT / file).read_text())
    found = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    for group in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        found |= {f"{group.name}::{node.name}" for node in group.body if isinstance(node, ast.FunctionDef)}
    return {name for name in found if name.rpartition("::")[2].startswith("test_")}


def test_every_number_stands_once():
    told = Counter(number for _, number, _ in CAPABILITIES)
    assert told == Counter(f"{series}.{number}" for series, last in LAST.items() for number in range(1, last + 1))


@pytest.mark.parametrize("room", [file.stem for file in FILES])
def test_what_a_number_names_is_there(room):
    tables = {number: table for of, number, table in CAPABILITIES if of == room}
    unknown = []
    for number, table in tables.items():
        assert set(table) == {"what", "where", "tests"}, number
        assert all(table.values()), f"{number} has nothing to show or nothing that tests it"
        for where in table["where"]:
            is_file = where.startswith("docs/") and (ROOT / where).is_file()
            if not is_file and not addresses().fullmatch(where.partition("?")[0]):
                unknown.append(f"{number} {where}")
        for test in table["tests"]:
            file, _, name = test.partition("::")
            if not file.startswith("tests/") or name not in named_tests(file):
                unknown.append(f"{number} {test}")
    assert unknown == []
