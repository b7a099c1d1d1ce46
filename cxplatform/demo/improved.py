"""What Rengasala does about what it found: improvements done, under way and proposed, and what it talks about next."""

from datetime import date, timedelta

from cxplatform.demo import company
from cxplatform.demo.story import FAULT_MENDED
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant, User
from dashboards.models import (
    Action,
    AgendaItem,
    CoachingTalk,
    Improvement,
    JourneyChange,
    KpiSeries,
    Source,
    TeamMember,
    Watched,
)
from journeys.models import Touchpoint
from surveys.models import Cause, FollowUp

State, Kind = Improvement.State, Improvement.Kind
MECHANIC, MANAGER = "mikko.asentaja@rengasala.example", "espoo.paallikko@rengasala.example"
# title, kind, state, where, whose, days before the end: signal, started; due (negative = ahead), why
IMPROVEMENTS = (
    ("Ajanvarauksen kadonneet ajat korjattiin", Kind.TACTICAL, State.DONE, "ajanvaraus", company.ADMIN,
     FAULT_MENDED + 9, FAULT_MENDED + 6, None, "Varaus hyväksyttiin, mutta aikaa ei syntynyt liikkeen kalenteriin."),
    ("Chat auki iltayhdeksään", Kind.STRUCTURAL, State.DONE, "apu-chat", company.CX_LEAD, 190, 168, None,
     "Iltakuuden jälkeen kysyneistä joka kolmas jäi ilman vastausta."),
    ("Chatin iltavuoroon toinen vastaaja", Kind.STRUCTURAL, State.DOING, "apu-chat", company.CX_LEAD, 40, 18, -12,
     "Pidempi aukiolo ei yksin lyhentänyt jonoa."),
    ("Takaisinsoitto puhelinjonosta", Kind.STRUCTURAL, State.DOING, "apu-puhelin", company.CX_LEAD, 75, 30, -26,
     "Asiakas kuulee jonon pituuden ja voi pyytää soittoa."),
    ("Renkaiden kunto kuvana asiakkaalle", Kind.INNOVATION, State.PROPOSED, "ajanvaraus", MANAGER, None, None, -60,
     "Asiakas näkee itse, miksi vaihto kannattaa."),
)  # fmt: skip
# of which improvement, what, whose, due days before the end, done
ACTIONS = (
    ("Takaisinsoitto puhelinjonosta", "Vaihteen toimittajan tarjous", company.ADMIN, 9, True),
    ("Takaisinsoitto puhelinjonosta", "Kokeilu Espoon liikkeessä kahden viikon ajan", MANAGER, -6, False),
    ("Takaisinsoitto puhelinjonosta", "Viesti asiakkaalle, kun soitto on tulossa", company.CX_LEAD, -16, False),
    ("Chatin iltavuoroon toinen vastaaja", "Vuorolista joulukuulle", company.CX_LEAD, 2, False),
)


def improve(tenant: Tenant, *, until: date) -> None:
    """Improvements with their actions and teams, once the answers are counted."""
    with activate(tenant.pk):
        people = {user.email: user for user in User.objects.filter(memberships__tenant=tenant)}
        made = {row.title: row for row in _improvements(people, until)}
        _linked(made)
        Action.objects.bulk_create(
            [
                Action(
                    improvement=made[title],
                    text=text,
                    owner=people[email],
                    due=until - timedelta(days=due),
                    done_on=until - timedelta(days=due + 1) if done else None,
                )
                for title, text, email, due, done in ACTIONS
            ]
        )
        callback = made["Takaisinsoitto puhelinjonosta"]
        TeamMember.objects.bulk_create(
            [TeamMember(improvement=callback, user=people[email]) for email in (MANAGER, MECHANIC, company.ADMIN)]
        )
        AgendaItem.objects.create(
            text="Riittääkö yksi vastaaja chatin iltavuorossa?",
            improvement=made["Chatin iltavuoroon toinen vastaaja"],
            written_by=people[company.CX_LEAD],
        )
        CoachingTalk.objects.create(
            coach=people[MANAGER],
            coached=people[MECHANIC],
            day=until - timedelta(days=8),
            about="Miten kerrotaan asiakkaalle, että vaihto kestää luvattua pidempään.",
            agreed="Kerrotaan heti, kun se tiedetään, ja tarjotaan uutta aikaa.",
            next_on=until + timedelta(days=6),
        )


def _improvements(people: dict[str, User], until: date) -> list[Improvement]:
    places = {place.slug: place for place in Touchpoint.objects.filter(slug__in=[row[3] for row in IMPROVEMENTS])}

    def day(ago: int | None) -> date | None:
        return None if ago is None else until - timedelta(days=ago)

    rows = []
    for title, kind, state, slug, email, signal, started, due, why in IMPROVEMENTS:
        change = JourneyChange.objects.filter(what=title).first()
        rows.append(
            Improvement.objects.create(
                title=title,
                kind=kind,
                state=state,
                why=why,
                touchpoint=places[slug],
                owner=people[email],
                signal_on=day(signal),
                started_on=day(started),
                due=day(due),
                done_on=change.day if change else None,
                change=change,
                created_by=people[company.CX_LEAD],
            )
        )
    return rows


def _linked(made: dict[str, Improvement]) -> None:
    """The next iteration of one, the figure that a team watches, and the complaints that set it going."""
    following = made["Chatin iltavuoroon toinen vastaaja"]
    following.before = made["Chat auki iltayhdeksään"]
    following.save(update_fields=["before"])
    callback = made["Takaisinsoitto puhelinjonosta"]
    Watched.objects.bulk_create([Watched(improvement=callback, series=each) for each in KpiSeries.objects.all()[:1]])
    complaints = FollowUp.objects.filter(cause=Cause.COMPLAINT).order_by("pk").values_list("pk", flat=True)[:3]
    Source.objects.bulk_create([Source(improvement=callback, follow_up_id=pk) for pk in complaints])
