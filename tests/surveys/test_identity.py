"""Who the company's server says a visitor is: only what it signed, only while it holds."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from surveys.doors.identity import Identity, identify, secret_of
from surveys.models import Widget

NOW = 1_800_000_000


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(widget: Widget, *, secret: str = "", alg: str = "HS256", **claims: Any) -> str:
    """A JWT as any library of the company's makes it."""
    head = f"{_part(json.dumps({'alg': alg, 'typ': 'JWT'}).encode())}.{_part(json.dumps(claims).encode())}"
    return f"{head}.{_part(hmac.digest((secret or secret_of(widget)).encode(), head.encode(), hashlib.sha256))}"


@pytest.fixture
def widget() -> Widget:
    return Widget(key="abc", settings={})


def test_a_signed_token_names_its_customer(widget: Widget) -> None:
    assert identify(widget, signed(widget, sub="C-1", exp=NOW + 60), now=NOW) == Identity("C-1")
    assert identify(widget, None, now=NOW) == Identity()


@pytest.mark.parametrize(
    ("claims", "problem"),
    [
        ({"sub": "C-1", "exp": NOW}, "expired"),
        ({"sub": "C-1"}, "endless"),
        ({"sub": "C-1", "exp": True}, "endless"),
        ({"sub": "C-1", "exp": NOW + 8 * 86_400}, "endless"),
        ({"exp": NOW + 60}, "nobody"),
        ({"sub": 7, "exp": NOW + 60}, "nobody"),
        ({"sub": " ", "exp": NOW + 60}, "nobody"),
        ({"sub": "a\x00b", "exp": NOW + 60}, "nobody"),
        ({"sub": "x" * 201, "exp": NOW + 60}, "nobody"),
        ({"sub": "C-1", "exp": NOW + 60, "alg": "none"}, "unreadable"),
        ({"sub": "C-1", "exp": NOW + 60, "secret": "guessed"}, "forged"),
    ],
)
def test_anything_else_names_nobody(widget: Widget, claims: dict[str, Any], problem: str) -> None:
    assert identify(widget, signed(widget, **claims), now=NOW) == Identity(problem=problem)


@pytest.mark.parametrize("token", ["x", "a.b.c", "..", "é.é.é", "e30.e30.", "W10.W10.W10", "a" * 10_000, "\ud800"])
def test_no_token_at_all_names_nobody(widget: Widget, token: str) -> None:
    assert identify(widget, token, now=NOW).problem in {"unreadable", "forged"}


def test_another_widgets_and_an_old_secret_do_not_sign(widget: Widget) -> None:
    token = signed(widget, sub="C-1", exp=NOW + 60)
    assert identify(Widget(key="abd", settings={}), token, now=NOW).problem == "forged"
    assert identify(Widget(key="abc", settings={"secret_number": 1}), token, now=NOW).problem == "forged"
