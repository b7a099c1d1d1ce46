"""How Rengasala looks at itself as a whole: its index, what staff answer, what others reach, and where it began."""

import random
from datetime import date, datetime, time, timedelta
from typing import Any

from cxplatform.demo.company import STORES
from cxplatform.demo.story import DAYS
from cxplatform.demo.visits import CUSTOMERS, FLEETS, ZONE
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from dashboards.levels.baseline import freeze
from dashboards.models import Baseline, Basis, Benchmark, CompanyIndex, KpiSeries, Population
from dashboards.periods import Period
from journeys.models import Dimension
from surveys.answer import record_responses
from surveys.models import Question, Survey
from surveys.models.asking import Audience
from surveys.questionnaire.publish import publish
from surveys.submission import Submission

_PULSE = (
    ("tieto", "pulse_knowledge/1-7", 5.1),
    ("toiminta", "pulse_action/1-7", 4.3),
    ("tunne", "pulse_emotion/1-7", 4.9),
    ("suositus", "nps/0-10", 7.4),
)
_STAFF = 66
# Where they work, store by store and then those who serve all: each unit has enough of them to be told of.
_AT = (*STORES, "asiakaspalvelu", "asiakaspalvelu", "verkkotiimi", *STORES, "asiakaspalvelu")
_DAY = timedelta(days=45)  # into a quarter


def _declare(*, until: date) -> None:
    """Tell what KPIs tell of, what the customer base is made of, the index and a benchmark; the active tenant's."""
    KpiSeries.objects.filter(slug="myynti").update(side=KpiSeries.Side.MONEY)
    KpiSeries.objects.filter(slug="asiakaspysyvyys").update(side=KpiSeries.Side.CUSTOMERS, target=92)
    KpiSeries.objects.filter(slug="henkiloston-vaihtuvuus").update(
        side=KpiSeries.Side.STAFF, better=KpiSeries.Better.LOWER, target=1.2
    )
    segment = Dimension.objects.get(slug="segment")
    for basis, source, shares in (
        (Basis.CUSTOMERS, "Asiakasrekisteri", {"yksityinen": CUSTOMERS - FLEETS, "yritys": FLEETS}),
        (Basis.REVENUE, "Kirjanpito", {"yksityinen": 66, "yritys": 34}),
    ):
        Population.objects.create(
            dimension=segment, basis=basis, as_of=until - timedelta(days=DAYS), source=source, shares=shares
        )
    CompanyIndex.objects.create(
        metrics={"nps/0-10": 1}, dimension=segment, basis=Basis.REVENUE, target=80, paid_property="summa"
    )
    Benchmark.objects.create(
        metric="nps/0-10",
        name="Autohuolto, esimerkkiluku",
        value=34,
        low=30,
        high=38,
        as_of=until - timedelta(days=200),
        source="Keksitty tätä esimerkkiyritystä varten",
    )


def set_up(tenant: Tenant, *, until: date) -> None:
    """Declare the index, ask the staff every quarter, and freeze the first half-year as a baseline.

    After its customers' answers are counted: a baseline holds what is there. What staff answer is then to be counted.
    """
    with activate(tenant.pk):
        if Baseline.objects.exists():
            return
        _declare(until=until)
        start = until - timedelta(days=DAYS)
        freeze(name="Ensimmäinen puolivuosi", period=Period(start, start + timedelta(days=182)))
        survey = Survey.objects.create(
            slug="tyopulssi", name="Henkilöstön pulssi", kind=Survey.Kind.RELATIONSHIP, audience=Audience.EMPLOYEE
        )
        for position, (key, metric, _mean) in enumerate(_PULSE):
            Question.objects.create(survey=survey, position=position, key=key, metric=metric)
        publish(survey)
        refused = record_responses(_answers(start, until), collected_by="import").rejected
    if refused:
        raise RuntimeError(f"The demo's staff sent {len(refused)} answers that were rejected, the first: {refused[0]}")


def _answers(start: date, until: date) -> list[Submission]:
    """Most of the staff answer once each quarter; they know better every time what is expected of them."""
    rng = random.Random("rengasala staff")  # noqa: S311 (a story)
    told = []
    quarters = [date(year, month, 1) + _DAY for year in range(start.year, until.year + 1) for month in (1, 4, 7, 10)]
    for quarter, day in enumerate(day for day in quarters if start <= day < until):
        for person in range(_STAFF):
            if rng.random() < 0.25:
                continue
            answers: dict[str, Any] = {}
            for key, metric, mean in _PULSE:
                grown = mean + (0.09 * quarter if key == "tieto" else 0)
                low, high = (0, 10) if metric == "nps/0-10" else (1, 7)
                answers[key] = max(low, min(high, round(rng.gauss(grown, 1.2 if high == 7 else 2))))
            told.append(
                Submission(
                    submission_id=f"pulssi-{quarter}-{person}",
                    survey="tyopulssi",
                    answers=answers,
                    answered_at=datetime.combine(day, time(8 + person % 8, rng.randrange(60)), ZONE),
                    unit=_AT[person % len(_AT)],
                )
            )
    return told
