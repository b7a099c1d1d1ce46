"""The page as a meeting keeps it: what each step of the agenda shows, as HTML in the language that is on."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string

from dashboards.leadership.page import Page
from dashboards.leadership.views import context_of
from dashboards.meeting.agenda import AGENDA, panels_of
from dashboards.meeting.words import CHAIR

KEPT = tuple(step for step in AGENDA if step.key != "decisions")
"""Steps that show the page; decisions do not stand still."""


@dataclass(frozen=True)
class Frozen:
    """HTML by step, and the answer of the case that is in the chair."""

    steps: Mapping[str, str]
    case_id: UUID | None = None


def frozen(page: Page, *, request: HttpRequest | None = None) -> Frozen:
    """Every step; no chair where no customer's case was to be heard. Without a request call it within the tenant's
    addresses."""
    context = {**context_of(page), "tenant": page.scene.tenant}
    shown = {step.key: panels_of(step, page.panels) for step in KEPT}
    steps = {
        key: render_to_string(f"dashboards/meeting/_{key}.html", {**context, "shown": panels}, request=request)
        for key, panels in shown.items()
        if panels or key != CHAIR
    }
    cases = [each.value for each in page.panels if each.panel.key == CHAIR]
    return Frozen(steps, cases[0].response_id if cases and CHAIR in steps else None)
