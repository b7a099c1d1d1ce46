"""Rengasala's own figures, as its other systems know them: what it sold, who stayed, who left."""

import random
from datetime import date, timedelta

from cxplatform.demo.story import DAYS, season
from dashboards.kpis.take_in import KpiFigure, take_in


def tell(*, until: date) -> None:
    """Sales by week, retention and staff turnover by month, of weeks and months that are over; the active tenant's."""
    rng = random.Random("rengasala figures")  # noqa: S311 (a story)
    first = until - timedelta(days=DAYS)
    told = []
    monday = first - timedelta(days=first.weekday())
    while monday + timedelta(days=7) <= until:
        sold = round(118 * season(monday) * rng.uniform(0.93, 1.07), 1)
        told.append(KpiFigure(kpi="Myynti", day=monday, value=sold, unit="t€", grain="week", source="Kassajärjestelmä"))
        monday += timedelta(days=7)
    months = {(first + timedelta(days=ago)).replace(day=1) for ago in range(DAYS)}
    for place, month in enumerate(sorted(months - {until.replace(day=1)})):
        stayed = round(89 + 0.12 * place + rng.gauss(0, 0.5), 1)
        left = round(max(0.4, 1.1 + 0.02 * place + rng.gauss(0, 0.3)), 1)
        for kpi, value, source in (
            ("Asiakaspysyvyys", stayed, "Asiakasrekisteri"),
            ("Henkilöstön vaihtuvuus", left, "Palkanlaskenta"),
        ):
            told.append(KpiFigure(kpi=kpi, day=month, value=value, unit="%", grain="month", source=source))
    take_in(told)
