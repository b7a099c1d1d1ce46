"""What happened at Rengasala: seasons, a slow decline, a sudden fault and its repair, two channels that disagree.

All of it is told relative to the day the data ends, so that the leadership page has the same story to show
whenever the demo is loaded. Qualities are on a scale where 0 is middling and 1 is one standard deviation better.
"""

import math
from datetime import date, timedelta

DAYS = 730
FAULT_BEGAN, FAULT_MENDED = 68, 41  # days before the end: the booking page loses times
DECLINE_DAYS = 330  # the phone service slowly runs out of people
REPAIR = timedelta(days=FAULT_MENDED)

_BASE = {
    "haku": 0.45,
    "etusivu": 0.5,
    "rengashaku": 0.25,
    "neuvonta-chat": 0.15,
    "neuvonta-puhelin": 0.6,
    "verkkokauppa": 0.55,
    "ajanvaraus": 0.65,
    "varausvahvistus": 0.75,
    "toimitus": 0.2,
    "vastaanotto": 0.7,
    "odotustila": 0.1,
    "renkaanvaihto": 0.85,
    "lasku": 0.25,
    "rengasanturi": 0.55,
    "ajovinkit": 0.4,
    "apu-puhelin": 0.45,
    "apu-chat": -0.35,  # the same questions as on the phone, another experience
    "apu-sahkoposti": 0.05,
    "reklamaatio": -0.3,
    "rengashotelli": 0.75,
    "nouto": 0.3,
    "kausimuistutus": 0.55,
}
MEASURED = frozenset(_BASE)
_STORE = {"espoo": 0.2, "helsinki": -0.15, "tampere": 0.1, "turku": 0.0, "oulu": 0.15, "kuopio": -0.3}
_FELT_IN_PEAK = {"odotustila", "vastaanotto", "neuvonta-puhelin", "apu-puhelin", "ajanvaraus"}


def season(day: date) -> float:
    """How busy a tyre chain is, about 0.5 to 2.6: peaks in mid-April and at the end of October."""
    n = day.timetuple().tm_yday
    spring = math.exp(-(((n - 105) / 18) ** 2))
    autumn = math.exp(-(((n - 300) / 20) ** 2))
    return 0.5 + 1.7 * spring + 2.1 * autumn


def quality(touchpoint: str, *, day: date, until: date, store: str = "") -> float:
    """The mean experience at a touchpoint on a day."""
    ago = (until - day).days
    value = _BASE[touchpoint] + _STORE.get(store, 0.0)
    if touchpoint in _FELT_IN_PEAK:
        value -= 0.22 * (season(day) - 1)
    if touchpoint == "apu-puhelin" and ago < DECLINE_DAYS:
        value -= 0.6 * (1 - ago / DECLINE_DAYS)
    if touchpoint in {"ajanvaraus", "varausvahvistus"} and FAULT_MENDED <= ago < FAULT_BEGAN:
        value -= 1.3
    if touchpoint == "ajanvaraus" and ago < FAULT_MENDED:
        value += 0.15  # what was rebuilt works better than before
    return value


def on_scale(value: float, lowest: int, highest: int) -> int:
    """The nearest point of a scale."""
    return max(lowest, min(highest, round(value)))


def reply_hours(kind: str, *, day: date, until: date) -> float:
    """The typical time to a first reply, in hours: longer in peaks, and longer as the phone service declines."""
    ago = (until - day).days
    typical = {"email": 8.0, "complaint": 9.0, "sensor": 0.8}[kind]
    busy = 1 + 0.25 * (season(day) - 1)
    slower = 1 + (0.35 * (1 - ago / DECLINE_DAYS) if kind == "email" and ago < DECLINE_DAYS else 0)
    return typical * busy * slower
