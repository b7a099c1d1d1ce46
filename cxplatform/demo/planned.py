"""Rengasala's plan of twelve months, in its fifth month."""

from datetime import date

from cxplatform.demo import asked_staff, steered
from cxplatform.demo.company import ADMIN, CX_LEAD, LEADER
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant, User
from dashboards.models import Plan, PlanArea, PlanStep
from dashboards.plan.months import later
from dashboards.plan.write import begin

_DONE, _DOING, _PLANNED = PlanStep.State.DONE, PlanStep.State.DOING, PlanStep.State.PLANNED
# area: present state, goal, who answers, and what is done (first month of the plan, last, state)
_AREAS: dict[str, tuple[str, str, str, tuple[tuple[str, int, int, str], ...]]] = {
    "vision": (
        "Visio on kirjattu, mutta myymälöissä sitä ei tunneta.",
        "Jokainen osaa kertoa omin sanoin, millaisen muistijäljen asiakkaalle jätämme.",
        LEADER,
        (("Johtoryhmä kirjaa vision asiakkaan kielellä", 1, 2, _DONE), ("Myymälöiden visiokeskustelut", 3, 6, _DOING)),
    ),
    "understanding": (
        "Palautetta kerätään, mutta yritysasiakkaita tunnemme huonosti.",
        "Kaksi persoonaa yritysasiakkaista, asiakkaiden itse tarkistamat.",
        CX_LEAD,
        (("Kahdeksan yritysasiakkaan haastattelut", 2, 4, _DONE), ("Persoonat yritysasiakkaista", 5, 7, _PLANNED)),
    ),
    "journeys": (
        "Neljä asiakaspolkua kuvattu nykytilassa.",
        "Tavoitetila kaikista neljästä, yksi omistaja kullakin.",
        CX_LEAD,
        (("Avun tavoitetila asiakkaiden kanssa", 3, 4, _DOING), ("Rengashotellin tavoitetila", 8, 9, _PLANNED)),
    ),
    "engagement": (
        "Peilikyselyyn vastaa alle puolet henkilöstöstä.",
        "Kaksi kolmesta vastaa, ja joka myymälässä on muutosagentti.",
        LEADER,
        (("Muutosagentit joka myymälään", 1, 3, _DONE), ("Viikkopalaverin asiakashetki", 4, 12, _DOING)),
    ),
    "measuring": (
        "Mittauskattavuus hyvä, toimitusta ei mitata.",
        "Jokainen kosketuspiste tuottaa vastauksia joka kuukausi.",
        CX_LEAD,
        (("Kysely toimituksesta kuljettajan linkillä", 4, 5, _DOING),),
    ),
    "promises": (
        "Kolme asiakaslupausta julki, palautusta ei ole luvattu.",
        "Lupaus palautuksesta julki, pitävyys vähintään 90 %.",
        CX_LEAD,
        (("Palautuslupauksen pilotti Espoossa", 5, 8, _PLANNED), ("Palautuslupaus julki", 10, 10, _PLANNED)),
    ),
    "goals": (
        "Myymälöiden tavoitteet ovat myynnissä ja varastossa.",
        "Puolet tavoitteista tulee asiakkaalta.",
        LEADER,
        (("Asiakastavoitteet tulospalkkioihin", 6, 9, _PLANNED),),
    ),
    "governance": (
        "Asiakaskokemus on johtoryhmän listalla neljä kertaa vuodessa.",
        "Joka johtoryhmä alkaa asiakkaan tuolista; joka mittarilla on omistaja.",
        LEADER,
        (("Asiakkaan tuoli joka johtoryhmään", 1, 2, _DONE), ("Mittareille omistajat", 2, 5, _DOING)),
    ),
    "programme": (
        "Kehityshankkeita on kymmenen, yhteistä suunnitelmaa ei.",
        "Yksi muutosohjelma, jonka etenemisen kaikki näkevät.",
        ADMIN,
        (("Hankkeiden karsinta kahteen painopisteeseen", 4, 4, _DOING), ("Ohjelman väliarvio", 7, 7, _PLANNED)),
    ),
}  # fmt: skip


def plan(tenant: Tenant, *, until: date) -> None:
    """The plan, what staff have answered, and what steers them; once. The company and its people are there."""
    people = {user.email: user for user in User.objects.filter(memberships__tenant=tenant)}
    with activate(tenant.pk):
        if not Plan.objects.exists():
            _plan(people, until)
    asked_staff.ask(tenant, until=until)
    steered.steer(tenant, until=until)


def _plan(people: dict[str, User], until: date) -> None:
    made = begin(start=later(until, -4), by=people[CX_LEAD])
    areas = list(made.areas.all())
    for area in areas:
        area.present, area.goal, owner, _steps = _AREAS[area.area]
        area.owner = people[owner]
    PlanArea.objects.bulk_update(areas, ["present", "goal", "owner"])
    PlanStep.objects.bulk_create(
        PlanStep(
            area=area,
            what=what,
            first=later(made.start, first - 1),
            last=later(made.start, last - 1),
            state=state,
            owner=area.owner,
        )
        for area in areas
        for what, first, last, state in _AREAS[area.area][3]
    )
