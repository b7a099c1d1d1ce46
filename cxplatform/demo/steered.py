"""What Rengasala's people are paid for, who answers for which metric, what they learn and who carries the change."""

from datetime import date, timedelta

from cxplatform.demo.company import ADMIN, CX_LEAD, FITTER, LEADER, PEOPLE
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant, User
from cxplatform.tenancy.roles import Role
from dashboards.models import ChangeAgent, Course, CourseDone, MetricOwner, RewardedFigure
from journeys.models import Unit

_MANAGER, _HANDLER = list(PEOPLE)[3:5]
# figure, whose, reward, what of the customer's it is tied to, owner
_FIGURES = (
    ("Myymälän myynti", "Myymäläpäälliköt", "Tulospalkkio, 60 %", "", LEADER),
    ("Suositteluhalukkuus myymälöittäin", "Myymäläpäälliköt", "Tulospalkkio, 10 %", "metric:nps/0-10", CX_LEAD),
    ("Renkaanvaihdon läpimenoaika", "Asentajat", "Ryhmäpalkkio", "", _MANAGER),
    ("Asia hoitui ensi yhteydenotolla", "Asiakaspalvelu", "Ryhmäpalkkio", "metric:fcr/5", _HANDLER),
    ("Puhelun kesto", "Asiakaspalvelu", "", "", None),
    ("Asiakaspysyvyys", "Johtoryhmä", "Vuosipalkkio, 20 %", "kpi:asiakaspysyvyys", LEADER),
)
_OWNERS = {
    "nps/0-10": CX_LEAD,
    "ces/1-7": CX_LEAD,
    "fcr/5": _HANDLER,
    "kpi:myynti": LEADER,
    "kpi:asiakaspysyvyys": LEADER,
}
_COURSES = (
    ("Asiakkaan kohtaaminen", "Verkkokoulutus, 40 min", "", 60, (FITTER, _MANAGER, CX_LEAD, ADMIN)),
    ("Reklamaatio on lahja", "Puolen päivän harjoitus", Role.HANDLER, 30, (_HANDLER,)),
    ("Mittarit johdon työssä", "Tunti johtoryhmälle", Role.VIEWER, -5, ()),
)


def steer(tenant: Tenant, *, until: date) -> None:
    """Once; the company, its people and its units are there."""
    people = {user.email: user for user in User.objects.filter(memberships__tenant=tenant)}
    with activate(tenant.pk):
        if RewardedFigure.objects.exists():
            return
        RewardedFigure.objects.bulk_create(
            RewardedFigure(name=name, rewarded=whose, reward=reward, tie=tie, owner=people[owner] if owner else None)
            for name, whose, reward, tie, owner in _FIGURES
        )
        MetricOwner.objects.bulk_create(MetricOwner(key=key, user=people[owner]) for key, owner in _OWNERS.items())
        for name, about, audience, days, done in _COURSES:
            course = Course.objects.create(name=name, about=about, audience=audience, due=until + timedelta(days=days))
            CourseDone.objects.bulk_create(
                CourseDone(course=course, user=people[email], done_on=until - timedelta(days=7 * number))
                for number, email in enumerate(done, start=1)
            )
        units = {unit.slug: unit for unit in Unit.objects.all()}
        ChangeAgent.objects.bulk_create(
            ChangeAgent(user=people[email], unit=units.get(unit), task=task, since=until - timedelta(days=75))
            for email, unit, task in (
                (_MANAGER, "espoo", "Viikkopalaverin asiakashetki"),
                (_HANDLER, "asiakaspalvelu", "Asiakkaan sanat tiimin seinälle"),
            )
        )
