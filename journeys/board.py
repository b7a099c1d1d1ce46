"""The board on a journey's page: a form field holding the layout, and what the page needs to draw it."""

from typing import Any

import msgspec
from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from journeys.layout import MOST_LETTERS, Layout, PlannedStage, check_references, layout_of, parse_layout, removed_from
from journeys.models import Channel, Emotion, Journey, Stage, Touchpoint
from journeys.versions import OF_STAGE


class BoardWidget(forms.Widget):
    template_name = "admin/journeys/board.html"

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """By the project's templates: Django's own renderer of forms sees those of apps only."""
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        channels = list(Channel.objects.in_use())
        by_channel = {channel.pk: channel.name for channel in channels}
        return context | {
            "layout": value or "{}",
            "channels": channels,
            "touchpoints": [
                {
                    "id": touchpoint.pk,
                    "name": touchpoint.name,
                    "channel": by_channel.get(touchpoint.channel_id, ""),
                    "archived": touchpoint.archived_at is not None,
                }
                for touchpoint in Touchpoint.objects.all()
            ],
            "archived": [msgspec.to_builtins(stage) for stage in self.archived()],
            "flows": Stage.Flow.choices,
            "emotions": Emotion.choices,
            "texts": _texts(),
        }

    def archived(self) -> list[PlannedStage]:
        journey: Journey | None = getattr(self, "journey", None)
        return removed_from(journey) if journey else []


def _texts() -> list[tuple[str, Any, Any]]:
    """(name, label, hint) of what is written of a stage."""
    fields: Any = [Stage._meta.get_field(name) for name in OF_STAGE if name in MOST_LETTERS]
    return [(field.name, field.verbose_name, field.help_text) for field in fields]


class BoardField(forms.Field):
    """The posted JSON in, a checked `Layout` out."""

    widget = BoardWidget

    def __init__(self) -> None:
        super().__init__(label=_("Stages and touchpoints"), required=False)
        self.journey: Journey | None = None

    def show(self, journey: Journey | None) -> None:
        """Draw this journey's layout, and take only its stages back."""
        self.journey = journey
        self.widget.journey = journey  # type: ignore[attr-defined]
        self.initial = as_text(layout_of(journey)) if journey else "{}"

    def to_python(self, value: Any) -> Layout:
        return parse_layout(value or "{}")

    def validate(self, value: Layout) -> None:  # type: ignore[override]
        check_references(value, journey=self.journey)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or "{}") != (data or "{}")


def as_text(layout: Layout) -> str:
    """A layout as the board reads it."""
    return msgspec.json.encode(layout).decode()
