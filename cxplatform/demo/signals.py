"""What Rengasala's machines say and what it makes of it: failures, bots, a rule on its sensors, what channels cost."""

import random
from datetime import date

from cxplatform.demo.story import season
from dashboards.arrivals.costs import Cost, take_in
from journeys.known_types import KNOWN, take
from journeys.models import Channel, EventRule, Touchpoint, Unit

MONTHS = 24
COSTS = {"verkko": 9_500, "chat": 2_100, "puhelin": 3_400, "myymala": 6_200}
LOW = {
    "fi": {
        "subject": "Renkaasi paine on matala",
        "text": "Hei {name}! Renkaasi paine on vaarallisen matala. Täytä rengas ennen seuraavaa ajoa tai tule käymään: "
        "tarkistamme sen maksutta. Soitamme sinulle kahden tunnin kuluessa.\n\n{company}",
    },
    "sv": {
        "subject": "Trycket i ditt däck är lågt",
        "text": "Hej {name}! Trycket i ditt däck är farligt lågt. Fyll på före nästa körning eller kom förbi: vi "
        "kontrollerar det utan kostnad. Vi ringer dig inom två timmar.\n\n{company}",
    },
    "en": {
        "subject": "Your tyre is low",
        "text": "Hello {name}! The pressure of your tyre is dangerously low. Fill it before you drive, or drop in: we "
        "check it free of charge. We call you within two hours.\n\n{company}",
    },
}


def listen(*, until: date) -> None:
    """Describe types of events, the rule on sensors and the costs of channels of the active tenant."""
    take([one.type for one in KNOWN])
    Channel.objects.filter(slug="sahkoposti").update(message_by="email")
    EventRule.objects.create(
        slug="vaarallisen-matala-paine",
        name="Vaarallisen matala rengaspaine",
        event_type="tyre.pressure_low",
        conditions=[{"property": "pressure_bar", "operator": "lt", "value": 1.4}],
        opens_touchpoint=Touchpoint.objects.get(slug="apu-puhelin"),
        opens_unit=Unit.objects.get(slug="asiakaspalvelu"),
        texts=LOW,
    )
    rng = random.Random("rengasala costs")  # noqa: S311 (a story)
    month, told = until.replace(day=1), []
    for _ in range(MONTHS):
        for channel, amount in COSTS.items():
            spent = round(amount * (0.7 + 0.3 * season(month)) * rng.uniform(0.9, 1.1), -1)
            told.append(Cost(channel=channel, month=month, amount=spent, currency="EUR", source="Talousjärjestelmä"))
        month = (
            month.replace(year=month.year - 1, month=12) if month.month == 1 else month.replace(month=month.month - 1)
        )
    take_in(told)


def slips(case: str, way: str) -> list[tuple[str, float]]:
    """What went wrong, or who served, before somebody was helped: (type of event, minutes until the next)."""
    rng = random.Random(f"slips {case}")  # noqa: S311 (a story)
    if way == "apu-chat":
        began = [("bot.started", rng.uniform(0.5, 3))]
        if rng.random() < 0.14:
            began.append(("bot.dead_end", rng.uniform(0.5, 4)))
        if rng.random() < 0.08:
            return [*began, ("chat.unanswered", rng.uniform(20, 90))]
        return [*began, ("human.joined", rng.uniform(0.5, 2))]
    return [("call.abandoned", rng.uniform(10, 60))] if way == "apu-puhelin" and rng.random() < 0.09 else []


def delay(case: str, hours: float) -> dict[str, str] | None:
    """What somebody whose answer takes this long is told after 20 hours, if anything: most are, and offered a call."""
    rng = random.Random(f"delay {case}")  # noqa: S311 (a story)
    if hours <= 20 or rng.random() > 0.7:
        return None
    return {"solution": rng.choice(("soitto seuraavana päivänä", "käynti myymälässä"))} if rng.random() < 0.85 else {}


def called(day: date, *, fleets: int) -> list[int]:
    """Which drivers of company cars are called on a day, by number: each every 40 days, unless it is forgotten."""
    rng = random.Random(f"accounts {day}")  # noqa: S311 (a story)
    turn = day.toordinal() % 40
    return [number for number in range(turn, fleets, 40) if day.weekday() < 5 and rng.random() < 0.97]
