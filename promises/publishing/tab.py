"""The places where a promise is told, as a tab of its page."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from promises.models import Promise
from promises.publishing import register

TAB = "places"


def load_places(request: HttpRequest, promise: Promise) -> Mapping[str, Any]:
    """The promise's places, those where something is to be done first."""
    return told(promise)


def told(promise: Promise | None = None) -> dict[str, Any]:
    """Places of one promise or of all, and how many of them are not up to date."""
    found = register.places(today=timezone.localdate(), promise=promise)
    return {"places": found, "lagging": sum(each.stand.lags for each in found)}
