"""The company's level in a real browser: the strip, its pages and a past day, by anybody and anywhere."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from dashboards.days.keep import keep
from dashboards.insights.look import look
from dashboards.kpis.take_in import KpiFigure, take_in
from dashboards.levels.baseline import freeze
from dashboards.levels.load import quarters_until
from dashboards.models import Benchmark, CompanyIndex, Insight, KpiSeries, Population
from dashboards.periods import Period
from journeys.models import Dimension
from surveys.models import EncounterRollup
from tests.browser import accessible
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import client_of, make_dimension, make_journey, make_member, make_tenant

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ("", "levels/", "weeks/", "worth/", "days/", "kpis/")


def company() -> Tenant:
    tenant = make_tenant(name="Rengasala", language="fi")
    make_dimension(tenant, "segment", name="Segmentti")
    path = make_journey(tenant, "renkaanvaihto", name="Renkaanvaihto", stages=["Valitse", "Osta", "Käytä"])
    today = days_ago(0, tenant)
    for place, quarter in enumerate(quarters_until(today, 8)):
        wave = f"{quarter.year}-Q{(quarter.month + 2) // 3}"
        for segment, three in (("yksityinen", (60 + 5 * place, 40, 30)), ("yritys", (10 + place, 10, 14))):
            count(tenant, nps(*three), day=quarter, slices={"segment": segment}, wave=wave)
        for kind in ("recall", "onboarding"):
            count(tenant, nps(20 + 3 * place, 15, 12), day=quarter, wave=f"{kind}:{wave}")
        count(tenant, [1, 1, 2, 3, 5, 6, 2 + place], name="pulse_knowledge/1-7", day=quarter, audience="employee")
        count(tenant, [2, 3, 2, 3, 3, 3, 2], name="pulse_action/1-7", day=quarter, audience="employee")
    for week in range(60):
        day = today - timedelta(weeks=week)
        count(tenant, nps(30 + week % 7, 12, 9 + week % 5), day=day, at=path.touchpoints[week % 3])
        count(tenant, [1, 1, 2, 3, 10, 20, 20 + week % 9], day=day, at=path.touchpoints[0], name="ces/1-7")
    with activate(tenant.pk):
        dimension = Dimension.objects.get(slug="segment")
        shares = {"yksityinen": 82, "yritys": 18}
        Population.objects.create(dimension=dimension, as_of=date(2025, 1, 1), source="Asiakasrekisteri", shares=shares)
        CompanyIndex.objects.create(metrics={"nps/0-10": 1}, dimension=dimension, target=75, paid_property="amount")
        known = {"as_of": date(2026, 3, 1), "source": "Toimialatutkimus"}
        Benchmark.objects.create(metric="nps/0-10", name="Vähittäiskauppa", value=31, low=28, high=34, **known)
        told = []
        for week in range(1, 60):
            sold = 118 + 20 * ((week * 7) % 11) / 11
            told.append(KpiFigure(kpi="Myynti", day=today - timedelta(weeks=week), value=sold, unit="t€", grain="week"))
        for month in range(1, 14):
            day = today - timedelta(days=30 * month)
            told.append(KpiFigure(kpi="Henkilöstön vaihtuvuus", day=day, value=1 + month % 3 / 10, unit="%"))
        take_in(told)
        KpiSeries.objects.filter(slug="myynti").update(side="money")
        KpiSeries.objects.filter(slug="henkiloston-vaihtuvuus").update(side="staff", target=1.5, better="lower")
        for number in range(1, 6):
            histogram = [0] * 7 + [3, 5, 9, 12, 4 + number, number]
            EncounterRollup.objects.create(metric="value/-6..6", number=number, histogram=histogram)
        stayed = {"stayed": 81.2, "stayed_low": 78.1, "stayed_high": 84.0}
        paid = {"paid": 412.5, "paid_low": 371, "paid_high": 454}
        classes = [{"key": key, "n": 640, **stayed, **paid} for key in ("promoters", "passives", "detractors")]
        Insight.objects.create(
            kind="nps_class",
            rank=1,
            start=today - timedelta(days=730),
            last=today,
            data={
                "paid": "amount",
                "first": (today - timedelta(days=730)).isoformat(),
                "split": (today - timedelta(days=365)).isoformat(),
                "classes": classes,
                "apart": {
                    "stayed": [12.1, 6.9, 17.2], "stayed_verdict": "better",
                    "paid": [88.0, -12.0, 190.0], "paid_verdict": "no_clear_change",
                },
            },
        )  # fmt: skip
        freeze(name="Ennen uutta chattia", period=Period(date(2026, 1, 1), date(2026, 4, 1)))
        keep(tenant=tenant, day=days_ago(1, tenant))
        look(tenant=tenant, kind="company")
    return tenant


def test_levels_are_read_by_anybody_anywhere(live_server: Any, browse: Callable[..., Any]) -> None:
    tenant = company()
    session = client_of(make_member(tenant, "cx_lead")).cookies["sessionid"].value
    addresses = (*PAGES, f"days/{days_ago(1, tenant)}/")
    for scheme, width, language in (("light", 1280, "fi"), ("dark", 360, "sv")):
        page = browse(color_scheme=scheme, viewport={"width": width, "height": 800})
        for name, value in ((settings.SESSION_COOKIE_NAME, session), (settings.LANGUAGE_COOKIE_NAME, language)):
            page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        for address in addresses:
            page.goto(f"{live_server.url}/t/{tenant.slug}/{address}")
            name = address.strip("/").replace("/", "-") or "front"
            accessible(page, f"{name}-{width}", again=language != "fi")
