"""The reference page: the OpenAPI document, read out for people."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import mark_safe

from cxplatform.api.schema import document

_JSON = "application/json"
# Errors any operation may answer with are told once, at the top.
_COMMON = {"400", "401", "403", "404", "405", "406", "413", "415", "422", "429", "500"}


@dataclass(frozen=True)
class Field:
    """A parameter or a field of a body; `depth` is how far it is nested."""

    name: str
    kind: str
    required: bool
    description: str
    place: str = ""
    depth: int = 0


@dataclass(frozen=True)
class Operation:
    anchor: str
    method: str
    path: str
    summary: str
    paragraphs: list[str]
    scope: str
    parameters: list[Field]
    sent: list[Field]
    answer: list[Field]
    answer_status: str
    curl: str
    python: str
    example: str


@dataclass(frozen=True)
class Group:
    name: str
    operations: list[Operation]


@cache
def groups() -> list[Group]:
    """All operations by the first word of their path, those for events and responses first."""
    found: dict[str, list[Operation]] = {}
    for path, methods in document()["paths"].items():
        name = path.removeprefix("/api/v1/").partition("/")[0]
        found.setdefault(name, []).extend(_operation(path, method, each) for method, each in methods.items())
    first = ("events", "responses", "customers")
    order = sorted(found, key=lambda name: (first.index(name) if name in first else len(first), name))
    return [Group(name, found[name]) for name in order]


@cache
def problems() -> list[tuple[str, str]]:
    """(status, meaning) of every problem an operation may answer with."""
    found: dict[str, str] = {}
    for methods in document()["paths"].values():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                if status in _COMMON:
                    found[status] = response["description"]
    return [(status, _marked(meaning)) for status, meaning in sorted(found.items())]


def _marked(text: str) -> str:
    """Words between backticks as code, everything else as it is."""
    return mark_safe(_CODE.sub(r"<code>\1</code>", escape(text)))  # noqa: S308 - escaped before


_CODE = re.compile(r"`([^`]+)`")


def _operation(path: str, method: str, operation: dict[str, Any]) -> Operation:
    status, answer = next(
        (status, response) for status, response in operation["responses"].items() if status not in _COMMON
    )
    sent = _schema(operation.get("requestBody", {}))
    example = sent.get("example") if sent else None
    return Operation(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        paragraphs=[_marked(each) for each in operation.get("description", "").split("\n\n")],
        scope=operation["x-scope"],
        parameters=[_parameter(each) for each in operation.get("parameters", [])],
        sent=list(_fields(sent)),
        answer=list(_fields(_schema(answer))),
        answer_status=status,
        curl=_curl(path, method, example),
        python=_python(path, method, example),
        example=_pretty(_schema(answer).get("example")),
    )


def _schema(body: dict[str, Any]) -> dict[str, Any]:
    """The JSON schema of a request or response; of alternatives the first, which is the plainest."""
    schema = _resolved(body.get("content", {}).get(_JSON, {}).get("schema", {}))
    return _resolved(schema["anyOf"][0]) if "anyOf" in schema else schema


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    for key in ("allOf", "oneOf"):
        if key in schema:
            rest = {name: value for name, value in schema.items() if name != key}
            return _resolved(schema[key][0]) | rest
    if "$ref" in schema:
        rest = {name: value for name, value in schema.items() if name != "$ref"}
        return _resolved(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]) | rest
    return schema


def _parameter(parameter: dict[str, Any]) -> Field:
    schema = _resolved(parameter["schema"])
    return Field(
        parameter["name"],
        _kind(schema),
        parameter.get("required", False),
        _marked(parameter.get("description", "")),
        parameter["in"],
    )


def _fields(schema: dict[str, Any], depth: int = 0) -> Iterator[Field]:
    required = set(schema.get("required", ()))
    for name, part in schema.get("properties", {}).items():
        part = _resolved(part)
        what = part.get("description") or part.get("title", "")
        yield Field(name, _kind(part), name in required, _marked(what), depth=depth)
        if depth < 3:
            yield from _fields(_resolved(part.get("items", part)), depth + 1)


def _kind(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join("null" if value is None else str(value) or '""' for value in schema["enum"])
    kinds = schema.get("type", "any")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if kinds == ["array"]:
        return f"array of {_kind(_resolved(schema.get('items', {})))}"
    text = " | ".join(kinds)
    if schema.get("format"):
        text += f" ({schema['format']})"
    if schema.get("maxLength"):
        text += f", at most {schema['maxLength']}"
    if "minimum" in schema and "maximum" in schema and schema["maximum"] < 10**9:
        text += f", {schema['minimum']}-{schema['maximum']}"
    return text


def _pretty(value: Any) -> str:
    return "" if value is None else json.dumps(value, indent=2, ensure_ascii=False)


def _curl(path: str, method: str, example: Any) -> str:
    lines = [f"curl -X {method.upper()} {settings.PUBLIC_URL}{path}", "-H 'Authorization: Bearer cx_...'"]
    if example is not None:
        quoted = _pretty(example).replace("'", "'\\''")
        lines += ["-H 'Content-Type: application/json'", f"-d '{quoted}'"]
    return " \\\n  ".join(lines)


def _python(path: str, method: str, example: Any) -> str:
    lines = ["import json, urllib.request", ""]
    if example is not None:
        lines.append(f"body = {_literal(example)}")
    lines += [
        "request = urllib.request.Request(",
        f'    "{settings.PUBLIC_URL}{path}",',
        f'    method="{method.upper()}",',
        '    headers={"Authorization": "Bearer cx_...", "Content-Type": "application/json"},',
    ]
    if example is not None:
        lines.append("    data=json.dumps(body).encode(),")
    answered = "print(json.load(answer))" if method != "delete" else "print(answer.status)"
    return "\n".join([*lines, ")", "with urllib.request.urlopen(request) as answer:", f"    {answered}"])


def _literal(value: Any) -> str:
    from pprint import pformat

    return pformat(value, sort_dicts=False, width=88)
