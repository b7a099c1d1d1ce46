"""Request bodies: decompressed within a bound, decoded once, refused with a reason."""

import zlib
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import msgspec
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import UnreadablePostError

from cxplatform.api.problems import Problem, wrong_fields

# All the ways in which msgspec says that bytes are not JSON.
BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError)


def read(request: Any) -> bytes:
    """The body's bytes after decompression; at most `API_MAX_BODY`, however well a bomb compresses."""
    limit = settings.API_MAX_BODY
    try:
        raw = request.body
    except RequestDataTooBig:
        raise _too_big(limit) from None
    except UnreadablePostError:
        raise Problem("The body could not be read to its end. Send it again.") from None
    encoding = request.META.get("HTTP_CONTENT_ENCODING", "").lower()
    if encoding in {"", "identity"}:
        return raw  # type: ignore[no-any-return]
    if encoding != "gzip":
        raise Problem("Send the body as it is or with Content-Encoding: gzip.", status=415)
    inflate = zlib.decompressobj(wbits=31)
    try:
        data = inflate.decompress(raw, limit + 1)
    except zlib.error:
        raise Problem("The body is not gzip although Content-Encoding says so.") from None
    if len(data) > limit:
        raise _too_big(limit)
    if not inflate.eof:
        raise Problem("The gzip body ends too early. Send it again.")
    return data


def _too_big(limit: int) -> Problem:
    return Problem(
        f"The body is over {limit // 1024 // 1024} MB after decompression. Send smaller batches.", status=413
    )


def decode(raw: bytes, kind: Any) -> Any:
    """Decode JSON into a msgspec type; every way of being malformed is a 400 that says where."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `")
        field = path.rstrip("`").removeprefix("$").lstrip(".") or "body"
        raise wrong_fields({field: message}) from None
    except BROKEN as error:
        raise Problem(f"The body is not JSON in UTF-8: {reason(error)}.") from None


def reason(error: Exception) -> str:
    """What is wrong with JSON that could not be decoded, in words."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start} is not UTF-8"
    return str(error)


def faults(values: Mapping[str, Any], kind: Any, hints: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """Everything in decoded JSON that keeps it from being a `kind` (a msgspec struct), by field.

    msgspec alone stops at the first. `hints` say by field what to send instead.
    """
    errors = {}
    for field in msgspec.structs.fields(kind):
        if field.encode_name not in values:
            if field.required:
                errors[field.name] = f"This field is required. {hints.get(field.name, '')}".strip()
            continue
        try:
            msgspec.convert(values[field.encode_name], field.type)
        except msgspec.ValidationError as error:
            errors[field.name] = hints.get(field.name) or f"{str(error).partition(' - at `')[0]}."
    known = {field.encode_name for field in msgspec.structs.fields(kind)}
    unknown = [name for name in values if name not in known][:20]
    return errors | {name[:100]: f"Unknown field. Known here: {', '.join(sorted(known))}." for name in unknown}


def with_nul(value: Any, path: str = "") -> Iterator[str]:
    """Where in decoded JSON a text or a name holds a NUL, which the database cannot store."""
    if isinstance(value, str):
        if "\x00" in value:
            yield path or "body"
    elif isinstance(value, dict):
        for name, part in value.items():
            inner = f"{path}.{name}".lstrip(".").replace("\x00", "\\0")
            if "\x00" in name:
                yield inner
            yield from with_nul(part, inner)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from with_nul(part, f"{path}[{index}]")
