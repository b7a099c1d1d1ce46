"""Idempotency-Key: a write that is sent again is not done again, and gets its first answer again."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpResponse

from cxplatform.api import body
from cxplatform.api.models import IdempotentRequest
from cxplatform.api.problems import Problem, wrong_fields

METHODS = {"POST", "PUT", "PATCH", "DELETE"}
LONGEST = 150
_SHAPE = re.compile(rf"[\x21-\x7e]{{1,{LONGEST}}}")


@dataclass(frozen=True)
class Ticket:
    """A write that asked to be done once: under which name, and what it asked."""

    key: str
    digest: str


class AlreadyAnswered(Exception):
    """This write was done before; here is the answer it got."""

    def __init__(self, *, status: int, content: bytes) -> None:
        super().__init__()
        self.status, self.content = status, content

    def response(self) -> HttpResponse:
        kind = "application/json" if self.content else None
        response = HttpResponse(self.content, status=self.status, content_type=kind)
        response["Idempotency-Replayed"] = "true"
        return response


def begin(request: Any) -> Ticket | None:
    """Take the write's key for the length of the transaction; None where the request has none.

    Two that come at once: the second waits here for the first to commit, then gets its answer. Names belong
    to the API key. Raises `AlreadyAnswered`, or `Problem` when the name was used for another request.
    """
    name = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if name is None or request.method not in METHODS:
        return None
    if not _SHAPE.fullmatch(name):
        raise wrong_fields({"Idempotency-Key": f"Send 1 to {LONGEST} printable ASCII characters, no spaces."})
    key = f"{request.auth.pk}:{name}"
    asked = f"{request.method} {request._request.get_full_path()}\n".encode() + body.read(request._request)
    ticket = Ticket(key, hashlib.sha256(asked).hexdigest())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"idempotency:{key}"])
    done = IdempotentRequest.objects.filter(key=key).first()
    if done is None:
        return ticket
    if done.digest != ticket.digest:
        raise Problem(
            "This Idempotency-Key was used for another request. Send a new key with every new request.", status=422
        )
    raise AlreadyAnswered(status=done.status, content=bytes(done.body))


def keep(ticket: Ticket, *, status: int, content: bytes) -> None:
    """Remember the answer in the transaction of the write itself."""
    IdempotentRequest.objects.create(key=ticket.key, digest=ticket.digest, status=status, body=content)
