"""What Rengasala's staff guess that customers answer, and what both hold important: some of it beside the truth."""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cxplatform.demo.story import on_scale, quality
from surveys.models import Question, Survey
from surveys.models.asking import Audience
from surveys.questionnaire.publish import publish
from surveys.submission import Submission

ZONE = ZoneInfo("Europe/Helsinki")
STAFF, CUSTOMERS = 14, 45
ASKED, CUSTOMERS_ASKED = 25, 80  # days before the end
WORTH, WORTH_ASKED = 70, ((560, 4.8), (450, 5.0), (330, 5.2), (20, 5.5))  # answers, and days before the end: benefit
# touchpoint: how far beside the truth staff guess, how important it is to customers, and how important staff think.
# The phone service is remembered as it was a year ago; nobody sees the chat from the customer's side.
SEEN = {
    "apu-puhelin": (1.15, 6.4, 5.2),
    "apu-chat": (1.15, 5.9, 3.9),
    "odotustila": (0.95, 5.6, 3.4),
    "reklamaatio": (-0.1, 6.0, 5.8),
    "renkaanvaihto": (-1.1, 6.5, 6.6),
    "vastaanotto": (0.05, 4.8, 5.6),
    "ajanvaraus": (0.0, 6.1, 5.9),
    "lasku": (0.1, 4.9, 4.2),
    "rengashotelli": (-0.15, 4.4, 4.6),
    "toimitus": (0.2, 5.7, 5.1),
}


def make() -> None:
    """The mirror survey of staff, and short ones that ask customers what matters and what they get for it."""
    mirror = Survey.objects.create(
        slug="peili", name="Peilikysely henkilöstölle", kind=Survey.Kind.MIRROR, audience=Audience.EMPLOYEE
    )
    weigh = Survey.objects.create(slug="tarkeys", name="Mikä on tärkeää", kind=Survey.Kind.TRANSACTION)
    worth = Survey.objects.create(slug="hyoty", name="Mitä saat, mitä annat", kind=Survey.Kind.TRANSACTION)
    for position, (survey, key, metric) in enumerate(
        ((mirror, "nps", "nps/0-10"), (mirror, "importance", "importance/1-7"), (weigh, "importance", "importance/1-7"))
    ):
        Question.objects.create(survey=survey, position=position, key=key, metric=metric, required=True)
    Question.objects.create(survey=mirror, position=3, key="competitors", metric="competitors/3")
    for position, metric in enumerate(("benefit/1-7", "sacrifice/1-7", "competitors/3")):
        Question.objects.create(survey=worth, position=position, key=metric.partition("/")[0], metric=metric)
    for survey in (mirror, weigh, worth):
        publish(survey)


def answers(*, until: date, asked: range) -> Iterator[Submission]:
    """Staff's guesses of a day, and customers' importance over the weeks before it, the same whenever asked for.

    `asked` are numbers of customers who were asked what they get for their trouble.
    """
    rng = random.Random("rengasala mirror")  # noqa: S311 (a story)
    day = until - timedelta(days=ASKED)
    for touchpoint, (beside, matters, thought) in SEEN.items():
        for number in range(STAFF):
            felt = quality(touchpoint, day=day, until=until) + beside
            yield Submission(
                submission_id=f"peili-{touchpoint}-{number}",
                survey="peili",
                answers={
                    "nps": on_scale(7.6 + 1.75 * felt + rng.gauss(0, 1.0), 0, 10),
                    "importance": on_scale(rng.gauss(thought, 0.9), 1, 7),
                    # Of the company as a whole: asked of each once, and staff think well of it.
                    "competitors": ("same" if number % 3 else "better") if touchpoint == "apu-puhelin" else None,
                },
                answered_at=datetime.combine(day, time(9 + number % 8, rng.randrange(60)), ZONE),
                touchpoint=touchpoint,
            )
        for number in range(CUSTOMERS):
            when = until - timedelta(days=1 + number % CUSTOMERS_ASKED)
            yield Submission(
                submission_id=f"tarkeys-{touchpoint}-{number}",
                survey="tarkeys",
                answers={"importance": on_scale(rng.gauss(matters, 1.0), 1, 7)},
                answered_at=datetime.combine(when, time(9 + number % 10, rng.randrange(60)), ZONE),
                touchpoint=touchpoint,
            )
    yield from _worth(until, asked)


def _worth(until: date, asked: range) -> Iterator[Submission]:
    """What some customers get and what it takes of them, four times over the story: the better they know us, the more
    they get out of it."""
    rng = random.Random("rengasala worth")  # noqa: S311 (a story)
    for ago, benefit in WORTH_ASKED:
        for number in range(WORTH):
            yield Submission(
                submission_id=f"hyoty-{ago}-{number}",
                survey="hyoty",
                answers={
                    "benefit": on_scale(rng.gauss(benefit, 1.1), 1, 7),
                    "sacrifice": on_scale(rng.gauss(3.5, 1.2), 1, 7),
                    "competitors": rng.choices(("worse", "same", "better"), (35, 50, 15))[0],
                },
                answered_at=datetime.combine(until - timedelta(days=ago), time(9 + number % 10, 30), ZONE),
                customer=f"A{10_000 + rng.choice(asked)}",
            )
