"""What the design lacks: processes that serve nobody, touchpoints in no journey, reviews that are late, and what
languages are served when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from journeys.hours import WEEKDAYS, language_name, read_hours
from journeys.models import TAGS, Channel, Journey, Process, ProcessTouchpoint, Stage, Step, Touchpoint


@dataclass(frozen=True)
class Orphans:
    """Definitions in use that nothing in use refers to, and processes whose review is late."""

    processes: list[Process]
    touchpoints: list[Touchpoint]
    late: list[Process]
    no_after_purchase: list[Journey]
    no_owner: list[Journey]


def orphans(today: date) -> Orphans:
    """Five queries, whatever there is."""
    serves = ProcessTouchpoint.objects.filter(process=OuterRef("pk"), touchpoint__archived_at=None)
    steps = Step.objects.filter(touchpoint=OuterRef("pk"), stage__archived_at=None, stage__journey__archived_at=None)
    after = Stage.objects.in_use().filter(journey=OuterRef("pk"), after_purchase=True)
    processes = Process.objects.in_use().select_related("owner", "unit")
    journeys = Journey.objects.in_use()
    return Orphans(
        processes=list(processes.filter(~Exists(serves))),
        touchpoints=list(Touchpoint.objects.in_use().filter(~Exists(steps)).select_related("unit")),
        late=list(processes.filter(review_on__lt=today).order_by("review_on")),
        no_after_purchase=list(journeys.filter(~Exists(after))),
        no_owner=list(journeys.filter(owner=None) | journeys.filter(sponsor=None)),
    )


@dataclass(frozen=True)
class Served:
    """A language by weekday: minutes in which at least one channel serves it, and each channel's own (name, spans)."""

    language: str
    minutes: tuple[int, ...]
    spans: tuple[str, ...]
    channels: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def name(self) -> str:
        return language_name(self.language)

    @property
    def always(self) -> bool:
        return all(minutes == 24 * 60 for minutes in self.minutes)


def languages_served(channels: Sequence[Channel] | None = None) -> tuple[list[Served], list[Channel]]:
    """Coverage by language, the best covered first, and the channels whose hours or languages nobody has told."""
    found: dict[str, tuple[list[set[int]], list[tuple[str, tuple[str, ...]]]]] = {}
    untold = []
    for channel in Channel.objects.in_use() if channels is None else channels:
        if not channel.languages or not (channel.hours or channel.language_hours):
            untold.append(channel)
            continue
        for language in channel.languages:
            weekly = read_hours(channel.language_hours.get(language, channel.hours))
            days, places = found.setdefault(language, ([set() for _ in WEEKDAYS], []))
            own = [{minute for span in spans for minute in range(*span)} for spans in weekly]
            for day, minutes in zip(days, own, strict=True):
                day |= minutes
            if any(own):
                places.append((channel.name, tuple(map(_spans, own))))
    served = [
        Served(language, tuple(map(len, days)), tuple(map(_spans, days)), tuple(places))
        for language, (days, places) in found.items()
    ]
    return sorted(served, key=lambda one: (-sum(one.minutes), one.language)), untold


def _spans(minutes: set[int]) -> str:
    """The minutes as "08:00–16:00, 18:00–20:00"."""
    starts = sorted(minute for minute in minutes if minute - 1 not in minutes)
    ends = sorted(minute + 1 for minute in minutes if minute + 1 not in minutes)
    return ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in zip(starts, ends, strict=True))


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def tag_counts() -> dict[str, list[tuple[str, int]]]:
    """For each kind of tags, (label, how many touchpoints in use have it), in the tags' own order."""
    tagged = list(Touchpoint.objects.in_use().values_list(*TAGS))
    return {
        field: [(str(choices(value).label), sum(value in tags[place] for tags in tagged)) for value in choices.values]
        for place, (field, choices) in enumerate(TAGS.items())
    }
