"""History from files as monthly counts: a row for each touchpoint, month and metric, a column for each value."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxplatform.stats.metrics import METRICS, Metric, metric, value_of
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant
from journeys.importing.mapping import Mapping as ImportMapping
from journeys.importing.mapping import Shape
from journeys.importing.offers import Offer, Target
from journeys.importing.reader import Values
from journeys.importing.run import Intake, Kind, Written
from journeys.models import Channel, Touchpoint
from surveys.monthly import Told, take_in
from surveys.questionnaire.questions import QUESTION_TYPES
from surveys.questionnaire.wordings import LANGUAGES

SHAPE = Shape(
    name="count",
    fields={"touchpoint": "text", "channel": "text", "month": "time", "metric": "text"},
    required=("touchpoint", "month"),
    tables={"counts": "int"},
)
EARLIEST = date(2000, 1, 1)
MOST = 10_000_000
THREE = "nps/3"
PARTS = METRICS[THREE].choices
NPS = ("nps/0-10", "nps/1-10", THREE)
# What can be told: what is answered on one scale, and the three counts of an NPS. An image word has no name here.
TOLD = (*(name for name, of in METRICS.items() if of.answered and not of.by_subject), THREE)


@dataclass(frozen=True)
class Row:
    fields: Mapping[str, Any]
    counts: Mapping[str, int]


class _Wrong(ValueError):
    """What is wrong with a row, by field."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.errors = {field: text}


def intake(mapping: ImportMapping) -> Intake:
    """Rows as counts of a month; the same month again replaces what was told of it."""
    columns = frozenset(mapping.tables["counts"])

    def item(values: Values) -> Row:
        return Row(values.fields, values.tables["counts"])

    def write(rows: Sequence[Row]) -> Written:
        return _write(rows, columns)

    return Intake(item, write)


def _write(rows: Sequence[Row], columns: frozenset[str]) -> Written:
    touchpoints = _named(Touchpoint.objects.in_use().values_list("pk", "slug", "name"))
    channels = _named(Channel.objects.in_use().values_list("pk", "slug", "name"))
    today = timezone.localdate(timezone=Tenant.objects.get(pk=active_tenant_id()).zone)
    told: dict[tuple[Any, ...], Told] = {}
    rejected: dict[int, dict[str, str]] = {}
    again = 0
    for place, row in enumerate(rows):
        try:
            of = _metric(row)
            one = Told(
                of.name,
                _known("touchpoint", row.fields["touchpoint"], touchpoints),
                _known("channel", row.fields["channel"], channels) if row.fields.get("channel") else 0,
                _month(row.fields["month"], today),
                _histogram(of, row.counts, columns),
            )
            before = told.setdefault(one.key, one)
            if before != one:
                raise _Wrong("month", _("An earlier row has other counts of the same month. Add the rows up."))
            again += before is not one
        except _Wrong as wrong:
            rejected[place] = wrong.errors
    changed = take_in(list(told.values()))
    return Written(changed, len(told) - changed + again, rejected)


def _metric(row: Row) -> Metric:
    """The metric that the row means; an NPS told in three counts alone is on a scale of its own."""
    name = str(row.fields.get("metric") or "").strip()
    values = [key for key in row.counts if key not in PARTS]
    parts = any(key in row.counts for key in PARTS)
    if parts and not values and (not name or name in NPS):
        return metric(THREE)
    if name not in TOLD:
        known = _("Write one of: %(known)s.") % {"known": ", ".join(TOLD)}
        raise _Wrong("metric", f"{_('Say which metric the counts are of.')} {known}" if not name else known)
    return metric(name)


def _histogram(of: Metric, counts: Mapping[str, int], columns: frozenset[str]) -> tuple[int, ...]:
    """Counts of every step: a score needs them all, so a column that is not in the file is no zero."""
    steps = of.choices or tuple(str(value_of(of, place)) for place in range(of.bins))
    for key, count in counts.items():
        if not 0 <= count <= MOST:
            raise _Wrong(f"counts.{key}", _("Give a number of answers, from 0 to 10,000,000."))
        of_nps = key in PARTS and of.name in NPS
        if count and key not in steps and not of_nps:
            raise _Wrong(f"counts.{key}", _("%(metric)s has no such answer.") % {"metric": of.name})
    if missing := [step for step in steps if step not in columns]:
        raise _Wrong(
            "metric",
            _("No column has the answers %(missing)s of %(metric)s. A score needs the counts of every answer.")
            % {"missing": ", ".join(missing), "metric": of.name},
        )
    if not any(step in counts for step in steps):
        raise _Wrong("metric", _("The row has no counts. Write 0 where nobody answered."))
    histogram = tuple(counts.get(step, 0) for step in steps)
    if of.name != THREE and of.name in NPS:
        for part in PARTS:
            summed = sum(histogram[place] for place in of.parts[part])
            if part in counts and counts[part] != summed:
                raise _Wrong(f"counts.{part}", _("The counts by value add up to %(summed)d.") % {"summed": summed})
    return histogram


def _month(told: Any, today: date) -> date:
    day = told.date() if isinstance(told, datetime) else told
    month: date = day.replace(day=1)
    if month < EARLIEST:
        raise _Wrong("month", _("The month is before the year 2000."))
    if month >= today.replace(day=1):
        raise _Wrong("month", _("The month is not over yet. Bring its counts in when it is."))
    return month


def _named(rows: Any) -> dict[str, int | None]:
    """Ids by identifier and by name in small letters; None where two have the name. Identifiers go first."""
    found: dict[str, int | None] = {}
    rows = list(rows)
    for pk, _slug, name in rows:
        found[name.strip().casefold()] = None if name.strip().casefold() in found else pk
    return found | {slug.casefold(): pk for pk, slug, _name in rows}


def _known(field: str, told: str, known: Mapping[str, int | None]) -> int:
    name = str(told).strip().casefold()
    if name not in known:
        raise _Wrong(field, _("“%(name)s” is not in use. Write its name or identifier.") % {"name": str(told)[:60]})
    found = known[name]
    if found is None:
        raise _Wrong(field, _("Two are named “%(name)s”. Write the identifier.") % {"name": str(told)[:60]})
    return found


MONTHS = Kind(name="monthly_counts", shape=SHAPE, intake=intake)
_ALIASES = {
    "nps/0-10": ("nps", "suositteluhalukkuus", "suosittelu", "rekommendation", "recommendation"),
    "ces/1-7": ("ces", "helppous", "enkelhet", "ease"),
    "fcr/5": ("fcr", "ratkaisu ensi yhteydenotolla", "löst vid första kontakten"),
    "csat/1-5": ("csat", "tyytyväisyys", "nöjdhet", "satisfaction"),
    "emotion/7": ("emotion", "tunne", "känsla"),
    "expectation/3": ("expectation", "odotus", "odotukset", "förväntan"),
    "faces/4": ("faces", "hymynaamat", "kasvot", "ansikten"),
}
_PARTS: Mapping[str, tuple[str | Promise, tuple[str, ...]]] = {
    "promoters": (gettext_lazy("promoters"), ("suosittelijat", "suosittelija", "ambassadörer", "promoter")),
    "passives": (gettext_lazy("passives"), ("neutraalit", "passiiviset", "neutraali", "passiva", "passive")),
    "detractors": (gettext_lazy("detractors"), ("arvostelijat", "arvostelija", "kritiker", "detractor")),
}


def offered() -> list[Offer]:
    return [
        Offer(slug="monthly", label=gettext_lazy("History as monthly counts"), kind=MONTHS, targets=tuple(_targets()))
    ]


def _metric_words() -> dict[str, str]:
    """Every way to write a metric: its name with the scale, what it is called, and short names of common ones."""
    found: dict[str, str] = {}
    for name in TOLD:
        key, _slash, scale = name.partition("/")
        found |= dict.fromkeys((name, f"{key} {scale}", f"{key} ({scale})"), name)
        if kind := QUESTION_TYPES.get(name):
            for language in LANGUAGES:
                with translation.override(language):
                    found[str(kind.name).lower()] = name
    return found | {word: name for name, words in _ALIASES.items() for word in words}


def _targets() -> Iterator[Target]:
    yield Target(
        "touchpoint",
        gettext_lazy("touchpoint"),
        required=True,
        names=("kosketuspiste", "asiointikanava", "kontaktpunkt", "touchpoint"),
    )
    yield Target(
        "month",
        gettext_lazy("month"),
        reads="time",
        required=True,
        names=("kuukausi", "kk", "ajankohta", "pvm", "månad", "month", "date"),
    )
    yield Target(
        "metric", gettext_lazy("metric"), names=("mittari", "kysymys", "mått", "metric"), words_of=_metric_words()
    )
    yield Target("channel", gettext_lazy("channel"), names=("kanava", "kanal", "channel"))
    for value in range(11):
        words = ("nps", "arvo", "arvosana", "pisteet", "värde", "betyg", "value", "score")
        yield Target(
            f"counts.{value}",
            str(value),
            reads="number",
            names=tuple(f"{word} {value}" for word in words),
        )
    for part, (label, names) in _PARTS.items():
        yield Target(f"counts.{part}", label, reads="number", names=names)
    for choice, texts in _choices().items():
        label = texts.get(translation.get_language() or "", "") or texts.get("en", choice)
        yield Target(f"counts.{choice}", f"{label} ({choice})", reads="number", names=tuple(texts.values()))


def _choices() -> dict[str, dict[str, str]]:
    """Named answers, by their texts in each language; those that several questions share, once."""
    found: dict[str, dict[str, str]] = {}
    for name in TOLD:
        for choice, texts in (QUESTION_TYPES[name].options if name in QUESTION_TYPES else {}).items():
            found.setdefault(choice, {code: texts[code] for code in LANGUAGES if code in texts})
    return found
