"""What Rengasala's finance reckons of shorter phone queues: a business case in two versions."""

from dataclasses import replace
from datetime import date, timedelta

from cxplatform.demo.company import CX_LEAD, LEADER
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant, User
from dashboards.cases import keep
from dashboards.cases.inputs import Input, Mark, usual
from dashboards.cases.measured import measured
from dashboards.models import BusinessCase

TITLE = "Puhelinpalvelun jonot puoleen"
_Told = tuple[float | None, float, float | None, Mark, str]
_FIRST: dict[str, _Told] = {
    "revenue_promoters": (430, 455, 480, "assumption", "Talous, vuoden myynti ryhmittäin"),
    "revenue_passives": (395, 410, 425, "assumption", "Talous, vuoden myynti ryhmittäin"),
    "revenue_detractors": (320, 345, 370, "assumption", "Talous, vuoden myynti ryhmittäin"),
    "retention_promoters": (0.91, 0.93, 0.95, "assumption", "Asiakasrekisteri, vuosi vastauksesta"),
    "retention_passives": (0.86, 0.88, 0.9, "assumption", "Asiakasrekisteri, vuosi vastauksesta"),
    "retention_detractors": (0.74, 0.77, 0.8, "assumption", "Asiakasrekisteri, vuosi vastauksesta"),
    "margin": (0.31, 0.34, 0.36, "assumption", "Tilinpäätös"),
    "recovered_now": (0.05, 0.1, 0.15, "assumption", "Johtoryhmän arvio"),
    "recovered_development": (0.05, 0.12, 0.2, "assumption", "Johtoryhmän arvio"),
    "contacts": (None, 52_000, None, "assumption", "Puhelinvaihde, viime vuosi"),
    "contact_cost": (5.5, 6.8, 8, "assumption", "Talous"),
    "avoided_now": (0.02, 0.05, 0.08, "assumption", "Puhelinpalvelun arvio"),
    "avoided_development": (0.05, 0.1, 0.15, "assumption", "Toimittajan arvio"),
}
_SECOND: dict[str, _Told] = {
    "payers_development": (0.01, 0.03, 0.05, "assumption", "Hintakysely, 212 vastausta"),
    "swayed": (0, 0.005, 0.01, "unverified", "Kuulopuhe"),
}
_OWN = (
    Input("own_1", 70_000, 90_000, 130_000, "assumption", "Tarjous", name="Takaisinsoittojärjestelmä",
          sort="cost_once", part="development"),
    Input("own_2", 14_000, 18_000, 22_000, "assumption", "Tarjous", name="Järjestelmän ylläpito",
          sort="cost_yearly", part="development"),
    Input("own_3", 30_000, 38_000, 45_000, "assumption", "Henkilöstöhallinto", name="Valmennus ja sijaiset",
          sort="cost_yearly", part="now"),
)  # fmt: skip


def reckon(tenant: Tenant, *, until: date) -> None:
    """Write the case down, with what is measured; once."""
    with activate(tenant.pk):
        if BusinessCase.objects.exists():
            return
        known = {each.key: each for each in measured(tenant=tenant, today=until, currency="EUR")}
        first = [
            *_over([known.get(each.key, each) for each in usual(until)], _FIRST, until - timedelta(days=40)),
            *_OWN,
        ]
        version = keep.start(
            title=TITLE, currency="EUR", years=5, inputs=first, note="Johtoryhmän ensimmäinen arvio", by=_who(LEADER)
        )
        keep.save(
            case=version.case,
            after=version.number,
            title=TITLE,
            currency="EUR",
            years=5,
            inputs=_over(first, _SECOND, until - timedelta(days=12)),
            note="Hintakysely mukaan, puskaradio erikseen",
            by=_who(CX_LEAD),
        )


def _over(inputs: list[Input], told: dict[str, _Told], day: date) -> list[Input]:
    """The inputs with what was told of some of them."""

    def one(each: Input) -> Input:
        if each.key not in told:
            return each
        low, base, high, mark, source = told[each.key]
        return replace(each, low=low, base=base, high=high, mark=mark, source=source, known_on=day, origin="")

    return [one(each) for each in inputs]


def _who(email: str) -> User:
    return User.objects.get(email=email)
