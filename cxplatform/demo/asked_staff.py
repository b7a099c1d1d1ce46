"""What Rengasala's own people, and some outsiders, have answered of how customers are led there."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.roles import Role
from dashboards.models import Round, RoundAnswer
from dashboards.plan.asked import FRONTLINE, STRATEGY, THEMES
from journeys.models import Unit

_GROUPS = {"management": 6, "supervisors": 9, "frontline": 27, "specialists": 8, "outside": 11}
# How a theme stood in spring, and how far it has come since, on 1-5.
_THEMES = {
    "vision": (2.9, 0.6),
    "understanding": (3.3, 0.2),
    "journeys": (2.6, 0.4),
    "engagement": (2.8, 0.1),
    "measuring": (3.6, 0.3),
    "promises": (3.1, 0.5),
    "goals": (2.4, 0.1),
    "governance": (2.5, 0.7),
    "meets": (2.6, 0.6),
    "shows": (3.2, 0.2),
    "empowers": (3.0, -0.1),
    "unites": (2.3, 0.2),
    "mends": (2.9, 0.1),
    "learns": (3.1, 0.1),
}
_LEAN = {"management": 0.6, "supervisors": 0.2, "frontline": -0.3, "specialists": 0.0, "outside": -0.5}
_BARRIERS = {"time": 21, "systems": 19, "silos": 14, "authority": 9, "information": 8, "people": 8, "rules": 6,
             "goals": 6, "feedback": 4, "skills": 3, "direction": 2, "example": 2}  # fmt: skip
_OTHERS = ("Varastosaldot eivät pidä paikkaansa", "Puhelin soi kesken renkaanvaihdon", "Kaksi kassajärjestelmää")


def ask(tenant: Tenant, *, until: date) -> None:
    """Two rounds of the assessment, one of each other kind, and one that is open; once."""
    with activate(tenant.pk):
        if Round.objects.exists():
            return
        spring = _round("assessment", "Kevään arvio", until - timedelta(days=190), 62)
        autumn = _round("assessment", "Syksyn arvio", until - timedelta(days=12), 62)
        square = _round("leeway", "Neljä ällää, syksy", until - timedelta(days=40), 62)
        named = _round("barriers", "Asiakastyön esteet", until - timedelta(days=25), 62)
        _round("leeway", "Neljä ällää, talvi", until + timedelta(days=10), 62)
        rng = random.Random("rengasala asked")  # noqa: S311 (a story)
        units = list(Unit.objects.filter(slug__in=("espoo", "helsinki", "tampere")))
        RoundAnswer.objects.bulk_create(
            [
                *_assessed(rng, spring, grown=0),
                *_assessed(rng, autumn, grown=1),
                *_placed(rng, square, units),
                *_named(rng, named),
            ]
        )


def _round(kind: str, name: str, closes: date, asked: int) -> Round:
    made: Round = Round.objects.create(
        kind=kind,
        name=name,
        opened_on=closes - timedelta(days=14),
        closes_on=closes,
        asked=asked,
        roles=Role.values,
    )
    return made


def _assessed(rng: random.Random, round_: Round, *, grown: int) -> Iterator[RoundAnswer]:
    for group, people in _GROUPS.items():
        for _person in range(people):
            leaning = _LEAN[group] + rng.gauss(0, 0.5)
            answers = {
                key: max(
                    1,
                    min(5, round(_THEMES[theme.key][0] + grown * _THEMES[theme.key][1] + leaning + rng.gauss(0, 0.7))),
                )
                for theme in THEMES
                for key, _words in theme.statements
                if rng.random() > (0.35 if group == "outside" else 0.05)
            }
            yield RoundAnswer(round=round_, group=group, answers=answers)


def _placed(rng: random.Random, round_: Round, units: list[Unit]) -> Iterator[RoundAnswer]:
    for person in range(44):
        strategy, leeway = max(1, min(6, round(rng.gauss(3.9, 1.2)))), max(1, min(6, round(rng.gauss(3.3, 1.4))))
        unit = units[person % len(units)] if units and person < 30 else None
        yield RoundAnswer(round=round_, group="frontline", unit=unit, answers={STRATEGY: strategy, FRONTLINE: leeway})


def _named(rng: random.Random, round_: Round) -> Iterator[RoundAnswer]:
    keys = list(_BARRIERS)
    for person in range(41):
        chosen: set[str] = set()
        for _choice in range(3):
            chosen.add(rng.choices(keys, list(_BARRIERS.values()))[0])
        other = _OTHERS[person] if person < len(_OTHERS) else ""
        yield RoundAnswer(round=round_, group="frontline", answers=dict.fromkeys(chosen, 1), other=other)
