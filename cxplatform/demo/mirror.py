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
    """The mirror survey of staff, and a short one that asks customers what matters."""
    mirror = Survey.objects.create(
        slug="peili", name="Peilikysely henkilöstölle", kind=Survey.Kind.MIRROR, audience=Audience.EMPLOYEE
    )
    weigh = Survey.objects.create(slug="tarkeys", name="Mikä on tärkeää", kind=Survey.Kind.TRANSACTION)
    for position, (survey, key, metric) in enumerate(
        ((mirror, "nps", "nps/0-10"), (mirror, "importance", "importance/1-7"), (weigh, "importance", "importance/1-7"))
    ):
        Question.objects.create(survey=survey, position=position, key=key, metric=metric, required=True)
    for survey in (mirror, weigh):
        publish(survey)


def answers(*, until: date) -> Iterator[Submission]:
    """Staff's guesses of a day, and customers' importance over the weeks before it, the same whenever asked for."""
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
                },
                answered_at=datetime.combine(day, time(9 + number % 8, rng.randrange(60)), ZONE),
                touchpoint=touchpoint,
            )
        for number in range(CUSTOMERS):
            asked = until - timedelta(days=1 + number % CUSTOMERS_ASKED)
            yield Submission(
                submission_id=f"tarkeys-{touchpoint}-{number}",
                survey="tarkeys",
                answers={"importance": on_scale(rng.gauss(matters, 1.0), 1, 7)},
                answered_at=datetime.combine(asked, time(9 + number % 10, rng.randrange(60)), ZONE),
                touchpoint=touchpoint,
            )
