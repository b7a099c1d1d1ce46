"""What customers did and said: generated day by day from a fixed seed, as an integrator would have sent it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from cxplatform.demo import remembered
from cxplatform.demo.company import STORES, TOUCHPOINTS
from cxplatform.demo.signals import called, delay, slips
from cxplatform.demo.story import DAYS, on_scale, quality, reply_hours, season
from cxplatform.demo.words import BAD, GOOD, MIDDLING, choices
from journeys.record import IncomingEvent
from surveys.submission import Submission

ZONE = ZoneInfo("Europe/Helsinki")
CUSTOMERS = 20_000
FLEETS = 240  # of the customers, the first ones drive a company's car
VISITS_PER_DAY = 29.7
HELP = {"apu-puhelin", "apu-chat", "apu-sahkoposti", "reklamaatio"}
SHOP = {"vastaanotto", "odotustila", "renkaanvaihto", "rengashotelli"}
ANSWER_RATE = 0.395
WHOLE_DAYS, WHOLE_SHARE = 365, 0.2  # of the last year's visits, so many are asked about the whole relationship
# What the whole relationship goes with: how the work was done, the waiting, and help when it was needed.
WEIGHTS = {
    "odotustila": 1.3,
    "renkaanvaihto": 1.0,
    "apu-puhelin": 1.5,
    "apu-chat": 1.2,
    "ajanvaraus": 0.6,
    "lasku": 0.35,
    "vastaanotto": 0.3,
    "verkkokauppa": 0.2,
    "toimitus": 0.5,
}
LITTLE = 0.05
# What brings customers: of a hundred who book, and of a hundred who do not.
BROUGHT = (("kausimuistutus", 26, 8), ("hakukone", 24, 30), ("suosittelu", 12, 5), ("some", 6, 20))
NEW_APP = 30  # days since which an app sends events too
STORY_SHARE = 0.4  # of those who write and are asked, so many let it be told


@dataclass
class Told:
    """What one day's customers did (events) and said (answers)."""

    events: list[IncomingEvent] = field(default_factory=list)
    answers: list[Submission] = field(default_factory=list)


def days(*, until: date, now: datetime) -> Iterator[Told]:
    """The company's last 24 months, a day at a time, to the end of `until`; what would happen after `now` is left
    out, so that the last visits are still under way."""
    end = min(now, datetime.combine(until + timedelta(days=1), time(), ZONE))
    for ago in range(DAYS - 1, -1, -1):
        told = a_day(until - timedelta(days=ago), until=until)
        told.events = [event for event in told.events if event.time and event.time < end]
        told.answers = [answer for answer in told.answers if answer.answered_at and answer.answered_at < end]
        yield told


def a_day(day: date, *, until: date) -> Told:
    """One day, the same for the same `day` and `until` whenever it is asked for."""
    rng = random.Random(f"rengasala {day} {(until - day).days}")  # noqa: S311 (a story, not a secret)
    told = Told()
    open_ = 0.35 if day.weekday() == 6 else 0.8 if day.weekday() == 5 else 1.1
    for number in range(round(VISITS_PER_DAY * season(day) * open_ * rng.uniform(0.85, 1.15))):
        Visit(rng, day, until, number, told).happen()
    for number in range(round(3 * rng.uniform(0.6, 1.4))):
        Visit(rng, day, until, 5_000 + number, told).sensor()
    for number in range(round(9 * (0.6 + 0.4 * season(day)) * rng.uniform(0.8, 1.2))):
        Visit(rng, day, until, 7_000 + number, told).help()
    _relationship(rng, day, told)
    told.events += map(partial(_call, day), called(day, fleets=FLEETS))
    return told


def _call(day: date, number: int) -> IncomingEvent:
    """Somebody calls a driver of a company car, to hear how things are."""
    return IncomingEvent(
        id=f"{day:%y%m%d}-call-{number}",
        type="account.contacted",
        time=datetime.combine(day, time(9 + number % 7, number % 60), ZONE),
        customer=f"A{10_000 + number}",
        touchpoint="avainasiakkaat",
        correlation=f"{day:%y%m%d}-call-{number}",
        properties={"segment": "yritys"},
    )


class Visit:
    """One customer's path on a day; every step adds an event and perhaps an answer."""

    def __init__(self, rng: random.Random, day: date, until: date, number: int, told: Told) -> None:
        self.rng, self.day, self.until, self.told = rng, day, until, told
        self.fleet = rng.random() < 0.12
        first, last = (0, FLEETS) if self.fleet else (FLEETS, CUSTOMERS)
        self.customer = f"A{10_000 + rng.randrange(first, last)}"
        self.case = f"{day:%y%m%d}-{number}"
        self.store = rng.choices(STORES, (20, 26, 18, 14, 12, 10))[0]
        self.mood = rng.gauss(0, 0.35)  # a good day or a bad one, for all of this visit
        hours = int(rng.triangular(7, 20, 13))
        self.now = datetime.combine(day, time(hours, rng.randrange(60), rng.randrange(60)), ZONE)
        self.felt: dict[str, float] = {}  # how each touchpoint went, of those asked about
        self.first = len(told.events)
        self.last = ""  # the touchpoint met last

    def happen(self) -> None:
        """A tyre change, a company car's change or a visit to the tyre hotel."""
        if self.fleet:
            self.fleet_visit()
        elif self.rng.random() < 0.22:
            self.hotel_visit()
        else:
            self.tyre_change()
        self.brought()
        self.whole()

    def brought(self) -> None:
        """What brought the customer, said by the first event: of the visit's own name, as `amount`."""
        mine = self.told.events[self.first :]
        bought = any(event.type == "booking.made" for event in mine)
        draw = crc32(f"source {self.case}".encode()) % 100
        for source, of_buyers, of_others in BROUGHT:
            draw -= of_buyers if bought else of_others
            if draw < 0:
                said = mine[0].properties or {}
                said["source"] = source
                return

    def whole(self) -> None:
        """Some are asked about the whole relationship a day later: what they say goes with what they met."""
        rng = random.Random(f"whole {self.case}")  # noqa: S311 (a story)
        if not self.felt or (self.until - self.day).days >= WHOLE_DAYS or rng.random() >= WHOLE_SHARE:
            return
        weights = {touchpoint: WEIGHTS.get(touchpoint, LITTLE) for touchpoint in self.felt}
        felt = sum(weight * self.felt[touchpoint] for touchpoint, weight in weights.items())
        self.told.answers.append(
            Submission(
                submission_id=f"{self.case}-suhde",
                survey="asiakassuhde",
                answers={"nps": on_scale(7.2 + 1.3 * felt + rng.gauss(0, 1.1), 0, 10)},
                answered_at=self.now + timedelta(days=1),
                customer=self.customer,
                properties={"segment": "yritys" if self.fleet else "yksityinen"},
            )
        )

    def tyre_change(self) -> None:
        rng = self.rng
        entry = rng.random()
        if entry < 0.45:
            self.step("haku", "ad.clicked", ask=0.25)
        if entry < 0.8:
            self.step("etusivu", "page.viewed", ask=0.35)
        self.step("rengashaku", "tyres.searched", ask=0.5)
        if rng.random() < 0.22:
            channel = "neuvonta-chat" if rng.random() < 0.55 else "neuvonta-puhelin"
            self.step(channel, "advice.given", ask=1)
        if rng.random() < 0.18:
            return  # looked, did not buy
        if rng.random() < 0.4:
            self.order()
        self.book()
        if rng.random() < 0.96:
            self.at_the_shop("renkaanvaihto")
            self.invoice()
            if rng.random() < 0.05:
                self.later(2, 60)
                self.contact()  # about this very visit, so in its case
            if rng.random() < 0.3:
                self.later(24, 40)
                self.step("ajovinkit", "tips.opened", ask=0.5)
            self.told.answers += remembered.told_later(
                case=self.case, customer=self.customer, ago=(self.until - self.day).days, left=self.now,
                felt=self.felt, last=self.last,
            )  # fmt: skip
        self.remind()

    def order(self) -> None:
        promised = self.now + timedelta(days=self.rng.choice((2, 3, 4)))
        promised = promised.replace(hour=18, minute=0, second=0)
        self.step("verkkokauppa", "order.placed", ask=0.8, promised_by=promised.isoformat())
        late = self.rng.random() > 0.952 - 0.03 * (season(self.day) - 1)
        self.now = promised + timedelta(hours=self.rng.uniform(5, 90) if late else -self.rng.uniform(0, 30))
        self.step("toimitus", "order.delivered", ask=0.7, felt=-1.0 if late else 0.15)

    def book(self) -> None:
        self.step("ajanvaraus", "booking.made", ask=0.9)
        self.later(0.01, 0.2)
        self.step("varausvahvistus", "booking.confirmed", ask=0.35)

    def at_the_shop(self, work: str) -> None:
        rng = self.rng
        self.later(4, 60)
        self.now = self.now.replace(hour=8 + self.now.hour % 9, minute=rng.randrange(0, 60, 15), second=0)
        due = self.now + timedelta(minutes=15)
        self.step("vastaanotto", "visit.arrived", ask=0.5, due=due.isoformat())
        wait = rng.lognormvariate(1.2 + 0.16 * (season(self.day) - 1), 0.62)
        if self.store == "kuopio":
            wait *= 1.35
        self.now += timedelta(minutes=wait)
        felt = 0.3 - 0.06 * wait
        self.step("odotustila", "visit.started", ask=0.4, felt=felt)
        self.now += timedelta(minutes=rng.uniform(15, 45))
        old = {} if rng.random() < 0.72 else {"no_old_tyres": "ei vanhoja renkaita"}
        asked = rng.random() < (0.97 if self.store in {"espoo", "oulu"} else 0.93)
        handed = asked and rng.random() < 0.9 and not old
        self.step(work, "visit.completed", ask=1.35, felt=0.3 * felt, asked_old_tyres=asked, handed_in=handed, **old)
        if handed and work == "renkaanvaihto":
            self.later(20, 100)
            self.say("tyres.processed", "renkaanvaihto", recycled=rng.random() < 0.994)

    def invoice(self) -> None:
        self.later(1, 30)
        matches = self.rng.random() < 0.975
        told: dict[str, Any] = {"matches_offer": matches, "summa": self.amount()}
        self.step("lasku", "invoice.sent", ask=0.45, felt=0.1 if matches else -1.2, **told)

    def amount(self) -> int:
        """What the invoice is on, in euros: of the visit's own name, so that nothing else of the story moves."""
        return (190 if self.fleet else 60) + crc32(self.case.encode()) % (260 if self.fleet else 110)

    def hotel_visit(self) -> None:
        if self.rng.random() < 0.3:
            self.step("haku", "ad.clicked", ask=0.2)
        self.book()
        self.at_the_shop("rengashotelli")
        self.invoice()
        self.remind()

    def fleet_visit(self) -> None:
        rng = self.rng
        if rng.random() < 0.3:
            self.step("etusivu", "page.viewed", ask=0.3)
        if rng.random() < 0.4:
            self.step("neuvonta-puhelin", "advice.given", ask=0.8)
        self.step("ajanvaraus", "booking.made", ask=0.8)
        self.later(10, 50)
        due = self.now + timedelta(hours=2)
        self.say("pickup.agreed", "nouto", due=due.isoformat())
        late = rng.random() > 0.93
        self.now = due + timedelta(minutes=rng.uniform(5, 200) if late else -rng.uniform(1, 110))
        self.step("nouto", "pickup.done", ask=1.2, felt=-0.9 if late else 0.1)
        self.later(1, 5)
        self.step("renkaanvaihto", "visit.completed", ask=0.6, asked_old_tyres=True, handed_in=rng.random() < 0.97)
        self.invoice()
        self.remind()

    def remind(self) -> None:
        if self.rng.random() < 0.25:
            self.later(24 * 20, 24 * 40)
            self.step("kausimuistutus", "reminder.opened", ask=0.45)
        if (self.until - self.day).days < NEW_APP:
            self.app()

    def app(self) -> None:
        """The new app sends events that nobody has told the meaning of yet."""
        rng = random.Random(f"app {self.case}")  # noqa: S311 (a story)
        for kind, touchpoint, share in (("app.opened", None, 0.3), ("app.booking", "Ajanvaraus (sovellus)", 0.12)):
            if rng.random() < share:
                self.later(0.1, 1)
                self.told.events.append(
                    IncomingEvent(
                        id=f"{self.case}-{len(self.told.events)}", type=kind, source="sovellus", time=self.now,
                        customer=self.customer, touchpoint=touchpoint, channel="sovellus", correlation=self.case,
                        properties={"laite": rng.choice(("Android", "iPhone"))},
                    )
                )  # fmt: skip

    def sensor(self) -> None:
        """A tyre loses pressure and its sensor says so."""
        self.case = f"{self.case}-s"
        pressure = round(self.rng.uniform(1.2, 1.7), 2)
        self.say("tyre.pressure_low", "rengasanturi", pressure_bar=pressure)
        hours = self.rng.lognormvariate(0, 0.75) * reply_hours("sensor", day=self.day, until=self.until)
        self.now += timedelta(hours=hours)
        self.step("rengasanturi", "tyre.owner_contacted", ask=1.4, felt=0.3 - 0.25 * hours)

    def help(self) -> None:
        """Somebody needs help with something of long ago."""
        self.case = f"{self.case}-h"
        self.contact()

    def contact(self) -> None:
        """A call for help by phone, chat or e-mail, sometimes a complaint, and what comes of it."""
        way = self.rng.choices(("apu-puhelin", "apu-chat", "apu-sahkoposti", "reklamaatio"), (38, 30, 22, 10))[0]
        if way in {"apu-puhelin", "apu-chat"}:
            self.say("contact.received", way)
            wait = self.rng.uniform(1, 25)
            for kind, minutes in slips(self.case, way):
                self.now += timedelta(minutes=0.5)
                self.say(kind, way)
                self.now += timedelta(minutes=minutes)
            self.now += timedelta(minutes=wait)
            self.step(way, "contact.answered", ask=1.6)
        else:
            kind, stem = ("complaint", "complaint") if way == "reklamaatio" else ("email", "contact")
            self.say(f"{stem}.received", way)
            hours = self.rng.lognormvariate(0, 0.62) * reply_hours(kind, day=self.day, until=self.until)
            if kind == "complaint" and self.rng.random() < 0.8:
                hours = min(hours, 7.0)
            told = delay(self.case, hours) if kind == "email" else None
            if told is not None:
                self.now += timedelta(hours=20)
                self.say("contact.delayed", way, **told)
            self.now += timedelta(hours=hours - 20 if told is not None else hours)
            self.step(way, f"{stem}.answered", ask=1.7, felt=0.45 - 0.04 * hours)

    def later(self, low: float, high: float) -> None:
        """Some hours pass."""
        self.now += timedelta(hours=self.rng.uniform(low, high))

    def say(self, kind: str, touchpoint: str, **properties: Any) -> None:
        """An event of this visit."""
        shop = TOUCHPOINTS[touchpoint][2] == ""
        properties |= {"segment": "yritys" if self.fleet else "yksityinen"}
        self.told.events.append(
            IncomingEvent(
                id=f"{self.case}-{len(self.told.events)}",
                type=kind,
                time=self.now,
                customer=self.customer,
                touchpoint=touchpoint,
                unit=self.store if shop else None,
                correlation=self.case,
                properties=properties,
            )
        )

    def step(self, touchpoint: str, kind: str, *, ask: float, felt: float = 0.0, **properties: Any) -> None:
        """An event, and perhaps an answer to the survey at that touchpoint; `felt` is how this one went."""
        self.say(kind, touchpoint, **properties)
        self.last = touchpoint
        if self.rng.random() < ANSWER_RATE * ask:
            mean = quality(touchpoint, day=self.now.date(), until=self.until, store=self.store)
            experience = self.rng.gauss(mean + self.mood + felt, 0.75)
            self.felt[touchpoint] = experience
            self.told.answers.append(self.answer(touchpoint, experience))
        self.now += timedelta(minutes=self.rng.uniform(1, 12))

    def answer(self, touchpoint: str, experience: float) -> Submission:
        survey = "apu" if touchpoint in HELP else "kaynti" if touchpoint in SHOP else "asiointi"
        answers: dict[str, Any] = {"nps": on_scale(7.6 + 1.75 * experience, 0, 10)}
        ease = on_scale(5.1 + 1.1 * (experience + self.rng.gauss(0, 0.35)), 1, 7)
        if survey == "apu":
            answers |= {"ces": ease, **self.solved(experience)}
        elif survey == "asiointi":
            answers |= {"ces": ease, "emotion": self.emotion(experience)}
        else:
            answers |= {
                "csat": on_scale(4.0 + 0.75 * experience, 1, 5),
                "expectation": "better" if experience > 1.05 else "worse" if experience < -0.35 else "as_expected",
                "emotion": self.emotion(experience),
            }
        texts = {}
        if self.rng.random() < 0.1 + 0.12 * abs(experience - 0.4):
            mood = GOOD if experience > 0.7 else BAD if experience < -0.2 else MIDDLING
            texts = {"comment": self.rng.choice(choices(touchpoint, mood))}
            if survey != "kaynti":
                luck = random.Random(f"story {self.case} {touchpoint}").random()  # noqa: S311 (a story)
                answers["story"] = "yes" if luck < STORY_SHARE else "no"
        return Submission(
            submission_id=f"{self.case}-{touchpoint}-{len(self.told.answers)}",
            survey=survey,
            answers=answers,
            texts=texts,
            answered_at=self.now + timedelta(minutes=self.rng.expovariate(1 / 90)),
            customer=self.customer,
            touchpoint=touchpoint,
            unit=self.store if TOUCHPOINTS[touchpoint][2] == "" else None,
            language=self.rng.choices(("fi", "sv", "en"), (88, 8, 4))[0],
            properties={"segment": "yritys" if self.fleet else "yksityinen"},
        )

    def solved(self, experience: float) -> dict[str, Any]:
        luck = experience + self.rng.gauss(0, 0.4)
        if luck > 0.05:
            fcr = "first"
        elif luck > -0.5:
            fcr = "later"
        elif luck > -0.9:
            fcr = "partly"
        else:
            fcr = self.rng.choice(("no", "no", "too_early"))
        answers: dict[str, Any] = {"fcr": fcr}
        if fcr != "too_early":
            answers["expected"] = "yes" if luck > -0.15 else "partly" if luck > -0.7 else "no"
        return answers

    def emotion(self, experience: float) -> str:
        rng = self.rng
        if experience > 0.9:
            return rng.choice(("pleased", "valued", "reassured", "pleased"))
        if experience > 0.2:
            return rng.choice(("reassured", "nothing", "pleased"))
        if experience > -0.4:
            return rng.choice(("nothing", "unsure"))
        return rng.choice(("unsure", "disappointed", "frustrated"))


def _relationship(rng: random.Random, day: date, told: Told) -> None:
    """Every quarter some customers are asked about the whole relationship; a few answer twice."""
    for number in range(round(4.5 * rng.uniform(0.5, 1.5))):
        fleet = rng.random() < 0.15
        customer = f"A{10_000 + (rng.randrange(FLEETS) if fleet else rng.randrange(FLEETS, CUSTOMERS))}"
        told.answers.append(
            Submission(
                submission_id=f"{day:%y%m%d}-suhde-{number}",
                survey="asiakassuhde",
                answers={"nps": on_scale(rng.gauss(8.1, 1.7), 0, 10)},
                answered_at=datetime.combine(day, time(9 + number % 11, rng.randrange(60)), ZONE),
                customer=customer,
                properties={"segment": "yritys" if fleet else "yksityinen"},
            )
        )
