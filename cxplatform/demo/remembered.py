"""What is left in customers' minds: the visit as it is recalled weeks later, a new customer's first months, and the
words that Rengasala is to be known by."""

import random
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from cxplatform.demo.story import on_scale, quality
from dashboards.models import Target
from journeys.models import Journey, Touchpoint
from surveys.models import Question, Survey
from surveys.questionnaire.publish import publish
from surveys.submission import Submission

ZONE = ZoneInfo("Europe/Helsinki")
RECALLED, NEW = "muisti", "uusi-asiakas"
RECALL_AFTER = 21
LATELY = 500  # days: before them nobody was asked
RECALL_SHARE, NEW_SHARE = 8, 8  # of a hundred visits
MOMENTS = ("best_moment", "worst_moment", "last_moment")
# days after the first visit: of a hundred new customers so many answer, and what they would score
FIRST_MONTHS = {30: (60, 8.1), 60: (45, 8.5), 90: (35, 8.7)}
# word: what it is in each language, its target, and how far each touchpoint is from the experience there
WORDS: dict[str, tuple[dict[str, str], int, Mapping[str, float]]] = {
    "reliable": (
        {"fi": "luotettava", "sv": "pålitlig", "en": "reliable"},
        75,
        {"renkaanvaihto": 0.5, "apu-puhelin": 0.3, "vastaanotto": 0.2},
    ),
    "swift": (
        {"fi": "ripeä", "sv": "rask", "en": "swift"},
        70,
        {"renkaanvaihto": 0.1, "apu-puhelin": -0.5, "vastaanotto": -0.2},
    ),
    "friendly": (
        {"fi": "ystävällinen", "sv": "vänlig", "en": "friendly"},
        70,
        {"renkaanvaihto": 0.0, "apu-puhelin": 0.6, "vastaanotto": 0.4},
    ),
}
WORDS_EVERY = 3  # days


def make() -> None:
    """The three surveys, and a target for each word."""
    tyres = Journey.objects.get(slug="renkaanvaihto")
    recall = Survey.objects.create(
        slug=RECALLED, name="Mitä käynnistä jäi mieleen", kind=Survey.Kind.RECALL, journey=tyres
    )
    new = Survey.objects.create(slug=NEW, name="Uuden asiakkaan ensimmäiset kuukaudet", kind=Survey.Kind.ONBOARDING)
    image = Survey.objects.create(slug="mielikuva", name="Mikä meitä kuvaa", kind=Survey.Kind.TRANSACTION)
    for position, metric in enumerate((*MOMENTS, "nps/0-10")):
        Question.objects.create(survey=recall, position=position, key=metric.partition("/")[0], metric=metric)
    for position, metric in enumerate(("nps/0-10", "ces/1-7")):
        Question.objects.create(survey=new, position=position, key=metric.partition("/")[0], metric=metric)
    for position, (word, (text, _target, _places)) in enumerate(WORDS.items()):
        options = [{"key": "word", "text": text}]
        Question.objects.create(survey=image, position=position, key=word, metric="image/3", options=options)
    for survey in (recall, new, image):
        publish(survey)


def aim(years: tuple[int, ...]) -> None:
    """What share is to say yes to each word; of the phone service quickness is asked for more mildly."""
    phone = Touchpoint.objects.get(slug="apu-puhelin")
    for year in years:
        for word, (_text, value, _places) in WORDS.items():
            Target.objects.create(metric=f"image/3:{word}", year=year, value=value)
        Target.objects.create(metric="image/3:swift", year=year, value=55, touchpoint=phone)


def told_later(
    *, case: str, customer: str, ago: int, left: datetime, felt: Mapping[str, float], last: str
) -> Iterator[Submission]:
    """What a visit's customer is asked weeks and months later, by the visit's own name, so that nothing else moves.

    `felt` is how each touchpoint went, of those where the customer said so at the time; `last` the one met last.
    The visit began `ago` days before the story's end.
    """
    if not RECALL_AFTER <= ago < LATELY:
        return
    draw = crc32(f"recall {case}".encode()) % 100
    if draw < RECALL_SHARE and len(felt) > 1:
        yield _recalled(case, customer, left, felt, last)
    elif draw >= 100 - NEW_SHARE:
        yield from _first_months(case, customer, left)


def _recalled(case: str, customer: str, left: datetime, felt: Mapping[str, float], last: str) -> Submission:
    """The best and the worst of what was felt stay; the worst weighs more than it did that day."""
    rng = random.Random(f"recall {case}")  # noqa: S311 (a story)
    ranked = sorted(felt, key=lambda touchpoint: felt[touchpoint] + rng.gauss(0, 0.3))
    worst, best = ranked[0], ranked[-1]
    answers: dict[str, Any] = {"best_moment": best, "last_moment": last}
    if felt[worst] < 0.8:  # of some visits nothing bad comes to mind
        answers["worst_moment"] = worst
    kept = 0.4 * felt[best] + 0.6 * felt[worst]
    return Submission(
        submission_id=f"{case}-muisti",
        survey=RECALLED,
        answers=answers | {"nps": on_scale(7.5 + 1.5 * kept + rng.gauss(0, 1.0), 0, 10)},
        answered_at=left + timedelta(days=RECALL_AFTER, hours=rng.uniform(0, 48)),
        customer=customer,
        properties={"segment": "yksityinen"},
    )


def _first_months(case: str, customer: str, left: datetime) -> Iterator[Submission]:
    rng = random.Random(f"new {case}")  # noqa: S311 (a story)
    for days, (answer, mean) in FIRST_MONTHS.items():
        if rng.random() < answer / 100:
            liked = rng.gauss(0, 1)
            yield Submission(
                submission_id=f"{case}-alku-{days}",
                survey=NEW,
                answers={"nps": on_scale(mean + 1.6 * liked, 0, 10), "ces": on_scale(5.4 + 1.1 * liked, 1, 7)},
                answered_at=left + timedelta(days=days, hours=rng.uniform(0, 48)),
                customer=customer,
                properties={"segment": "yksityinen"},
            )


def words(*, until: date) -> Iterator[Submission]:
    """What customers say of the words, touchpoint by touchpoint: the phone service is less and less quick."""
    rng = random.Random("rengasala words")  # noqa: S311 (a story)
    places = next(iter(WORDS.values()))[2]
    for ago in range(1, LATELY, WORDS_EVERY):
        day = until - timedelta(days=ago)
        for number, touchpoint in enumerate(places):
            felt = quality(touchpoint, day=day, until=until) + rng.gauss(0, 0.5)
            answers: dict[str, Any] = {}
            for word, (_text, _target, beside) in WORDS.items():
                luck = felt + beside[touchpoint] + rng.gauss(0, 0.6)
                answers[word] = "yes" if luck > 0.35 else "partly" if luck > -0.3 else "no"
            yield Submission(
                submission_id=f"mielikuva-{ago}-{touchpoint}",
                survey="mielikuva",
                answers=answers,
                answered_at=datetime.combine(day, time(10 + number * 3, rng.randrange(60)), ZONE),
                touchpoint=touchpoint,
            )
