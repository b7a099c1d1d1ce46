"""Answers to questions of free choice and of the brand's image: how many chose each option, of those asked."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from django.db.models import Q

from cxplatform.stats import anonymity
from cxplatform.stats.histogram import total
from cxplatform.stats.intervals import wilson
from cxplatform.stats.metrics import METRICS, Metric, metric, value_of
from dashboards.cells import Cell, Pair, cells, part_of
from dashboards.load import Histogram, metrics_answered, segment_values
from dashboards.periods import Period
from dashboards.reading import NOW, Read, Reading
from dashboards.structure import Place
from surveys.models import SurveyVersion
from surveys.questionnaire.choices import EACH, ONE, is_free
from surveys.questionnaire.questions import Asked, asked
from surveys.questionnaire.screen import Voice, title_of

Kind = Literal["one", "many", "image"]


@dataclass(frozen=True)
class Option:
    """`count` of the `n` who were offered the option chose it; `share` and its 95 % interval are per cent.

    `n` None = hidden: so few were offered it that nothing more is told.
    """

    key: str
    label: str
    count: int | None = None
    n: int | None = None
    share: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Chosen:
    """One question's answers. `survey` is its identifier, "" of an image word, which any survey may ask about.

    `n` None = hidden, and `options` are then empty; of several chosen it is the most that any option was offered to.
    `aimed` is the score of an image word against its target, None where it has none or is hidden.
    """

    survey: str
    key: str
    kind: Kind
    title: str
    n: int | None
    options: tuple[Option, ...]
    aimed: Cell | None = None

    @property
    def listed(self) -> tuple[Option, ...]:
        """Those with a row of their own: of a scale every step, else what somebody chose or is not told."""
        return tuple(option for option in self.options if option not in self.unchosen)

    @property
    def unchosen(self) -> tuple[Option, ...]:
        """Those that were offered and nobody chose, of a list of choices; one alone keeps its row."""
        none = tuple(option for option in self.options if option.count == 0)
        return none if self.kind != "image" and len(none) > 1 else ()


@dataclass(frozen=True)
class _Question:
    """A question through its versions: the newest words, and every option there has been."""

    survey: str
    survey_kind: str
    journey_id: int | None
    asked: Asked


def load_choices(
    reading: Reading,
    *,
    period: Period,
    places: Sequence[Place] | None,
    voice: Voice,
    moments_of: int | None = None,
    target: Callable[[Metric], float | None] = lambda of: None,
) -> list[Chosen]:
    """The free choices and image words answered in a period, in at most nine queries; small groups are hidden.

    Free choices are read in every wave, as each belongs to one survey; an image word in transactional answers only.
    With `moments_of` only the moments recalled of that journey (by id). `target` says what an image word aims at.
    """
    known = metrics_answered()
    free = [name for name in known if is_free(name)]
    images = [name for name in known if _image_key(name)]
    if segment := reading.query.segment:
        # Which values there are is a matter of these questions: a value that no score has counts here too.
        values = segment_values(period, metrics=[*free, *images]).get(segment.dimension, {})
        reading = replace(reading, values=tuple(dict.fromkeys([*values, segment.value])))
    reads = {
        **_read(reading, free, period, places, every_wave=True),
        **_read(reading, images, period, places, every_wave=False),
    }
    found = [
        _chosen(key, question, reads, reading.minimum, voice, target)
        for key, question in _questions(list(reads)).items()
        if moments_of is None or (question.asked.type.of_journey and question.journey_id == moments_of)
    ]
    return sorted(found, key=lambda one: one.survey)  # of one survey, in the order asked


def _read(
    reading: Reading, metrics: Sequence[str], period: Period, places: Sequence[Place] | None, *, every_wave: bool
) -> dict[str, Histogram | None]:
    """The histograms of what was answered at all; None where showing it would tell on a small group."""
    if not metrics:
        return {}
    windows = {NOW: period}
    read: Read = reading.counts(metrics=metrics, windows=windows, places=places, every_wave=every_wave)
    found = {name: read.get(name, NOW) for name in metrics if read.answers.get(name)}
    if not found or (places is None and not reading.query.channel):
        return found
    company = reading.of_company().counts(metrics=list(found), windows=windows, every_wave=every_wave)
    return {name: part_of(company.get(name, NOW), one, minimum=reading.minimum) for name, one in found.items()}


def _image_key(metric: str) -> str:
    name, _, subject = metric.partition(":")
    return subject if name in METRICS and METRICS[name].by_subject else ""


def _name(metric: str) -> tuple[str, int, str]:
    """(metric without its subject, the survey's id, the question's key) of a free choice; of an image word id 0."""
    name, _, subject = metric.partition(":")
    if not is_free(metric):
        return name, 0, subject
    survey_id, key, *_rest = subject.split(".")
    return name, int(survey_id), key


def _questions(metrics: Iterable[str]) -> dict[tuple[str, int, str], _Question]:
    """What was asked under these metrics' names, by `_name`."""
    names = {_name(metric) for metric in metrics}
    wanted = Q(survey_id__in={survey_id for _, survey_id, _ in names if survey_id})
    for name, survey_id, key in names:
        if not survey_id:
            wanted |= Q(questions__contains=[{"key": key, "metric": name}])
    found: dict[tuple[str, int, str], _Question] = {}
    for version in SurveyVersion.objects.filter(wanted).select_related("survey").order_by("id"):
        for question in asked(version.questions):
            free = question.type.choose
            name = (ONE if free == "one" else EACH) if free else question.metric
            at = (name, version.survey_id if free else 0, question.key)
            if at in names:
                older = found[at].asked if at in found else question
                # Options of today come first, in their order; those of earlier versions keep what was chosen.
                found[at] = _Question(
                    version.survey.slug if free else "",
                    version.survey.kind,
                    version.survey.journey_id,
                    replace(
                        question,
                        options={**question.options, **_missing(older.options, question.options)},
                        bins={**older.bins, **question.bins},
                    )
                    if free
                    else question,
                )
    return found


def _missing(older: Mapping[str, Mapping[str, str]], newer: Mapping[str, object]) -> dict[str, Mapping[str, str]]:
    return {key: texts for key, texts in older.items() if key not in newer}


def _chosen(
    at: tuple[str, int, str],
    question: _Question,
    reads: Mapping[str, Histogram | None],
    minimum: int,
    voice: Voice,
    target: Callable[[Metric], float | None],
) -> Chosen:
    name, survey_id, key = at
    aimed: Cell | None = None
    of = question.asked
    labels = {option: voice(texts) for option, texts in of.offered.items()}
    kind: Kind = "many" if name == EACH else "one" if survey_id else "image"
    if kind == "many":
        each = {option: f"{EACH}:{survey_id}.{key}.{option}" for option in labels}
        counted = [(option, reads[metric], 1) for option, metric in each.items() if metric in reads]
    else:
        bins = of.bins if survey_id else _scale(name)
        labels = labels or {step: step for step in bins}
        histogram = reads[f"{name}:{survey_id}.{key}" if survey_id else f"{name}:{key}"]
        counted = [(option, histogram, bins[option]) for option in labels if option in bins]
        if kind == "image":
            aimed = _aimed(metric(f"{name}:{key}"), histogram, minimum, target)
    options = tuple(_option(option, labels[option], found, place, minimum) for option, found, place in counted)
    n = max((option.n for option in options if option.n is not None), default=None)
    return Chosen(
        survey=question.survey,
        key=key,
        kind=kind,
        title=title_of(of, survey_kind=question.survey_kind, voice=voice),
        n=n,
        options=options if n is not None else (),
        aimed=aimed,
    )


def _aimed(
    of: Metric, histogram: Histogram | None, minimum: int, target: Callable[[Metric], float | None]
) -> Cell | None:
    if histogram is None or (aim := target(of)) is None:
        return None
    (cell,) = cells(of, [Pair(histogram, None, aim)], minimum=minimum, on_target=True)
    return cell if cell.state == "measured" else None


def _scale(name: str) -> dict[str, int]:
    scale = METRICS[name]
    names = scale.choices or [str(value_of(scale, place)) for place in range(scale.bins)]
    return {step: place for place, step in enumerate(names)}


def _option(key: str, label: str, histogram: Histogram | None, place: int, minimum: int) -> Option:
    n = 0 if histogram is None else total(histogram)
    if histogram is None or not anonymity.enough(n, minimum=minimum):
        return Option(key, label)
    count = int(histogram[place])
    low, high = wilson(count, n)
    return Option(key, label, count, n, 100 * count / n, 100 * float(low), 100 * float(high))
