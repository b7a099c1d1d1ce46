"""How a touchpoint is meant to be, and what interviews and visits have told of it: beside what was answered there."""

from collections.abc import Sequence
from dataclasses import dataclass

from journeys.models import Channel, Note, Touchpoint
from journeys.reports import languages_served

MOST_NOTES = 20
WEEK = 7 * 24 * 60


@dataclass(frozen=True)
class Offered:
    """A channel the touchpoint is offered through: `strength` is 1 weak ... 5 strong, None where nobody has said.
    `languages` are (name, hours a week in which it is served), None of them known = empty."""

    name: str
    digital: bool
    strength: int | None
    languages: tuple[tuple[str, float], ...]

    @property
    def always(self) -> bool:
        """Whether every language is served round the clock."""
        return bool(self.languages) and all(hours * 60 == WEEK for _name, hours in self.languages)


@dataclass(frozen=True)
class Designed:
    """`notes` are the newest first, those of whole journeys left out; `more` says that there are older ones."""

    touchpoint: Touchpoint
    offered: tuple[Offered, ...]
    notes: tuple[Note, ...]
    more: bool

    @property
    def anything(self) -> bool:
        """Whether staff have described it."""
        place = self.touchpoint
        texts = (place.role, place.by, place.interactivity, place.evidence, place.description)
        told = place.waiting_minutes is not None or place.emotion is not None or place.peer_help
        return any(texts) or told or any(each.strength or each.languages for each in self.offered)


def load_designed(touchpoint_id: int, *, unit_ids: Sequence[int] = ()) -> Designed:
    """Of a touchpoint in use, in four queries. Those limited to units read notes of touchpoints of theirs alone."""
    place = Touchpoint.objects.select_related("channel").get(pk=touchpoint_id)
    links = list(place.offered.select_related("channel").order_by("id"))  # type: ignore[attr-defined]
    strengths = {link.channel_id: link.strength for link in links}
    channels = {channel.pk: channel for channel in [place.channel, *(link.channel for link in links)] if channel}
    notes: list[Note] = []
    if not unit_ids or place.unit_id in unit_ids:  # type: ignore[attr-defined]
        told = Note.objects.in_use().filter(touchpoint=place).prefetch_related("attachments")
        notes = list(told[: MOST_NOTES + 1])
    return Designed(
        touchpoint=place,
        offered=tuple(_offered(channel, strengths.get(id)) for id, channel in channels.items()),
        notes=tuple(notes[:MOST_NOTES]),
        more=len(notes) > MOST_NOTES,
    )


def _offered(channel: Channel, strength: int | None) -> Offered:
    served, _untold = languages_served([channel])
    return Offered(
        name=channel.name,
        digital=channel.digital,
        strength=strength,
        languages=tuple((one.name, sum(one.minutes) / 60) for one in served),
    )
