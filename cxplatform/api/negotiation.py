"""Which form an answer takes: almost every program leaves that open, or asks for the one form there is."""

from collections.abc import Sequence
from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer


class Negotiation(DefaultContentNegotiation):
    """DRF's own, but without parsing media types where there is nothing to choose: a twentieth of a small request."""

    def select_renderer(
        self, request: Any, renderers: Sequence[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        only = renderers[0]
        if len(renderers) == 1 and request.META.get("HTTP_ACCEPT", "*/*") in ("*/*", only.media_type):
            return only, only.media_type
        return super().select_renderer(request, renderers, format_suffix)  # type: ignore[no-any-return]
