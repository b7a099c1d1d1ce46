"""Rengasala, a tyre chain: its people, places, journeys, surveys, promises and targets, as staff would define them.

Names are in Finnish because Rengasala's staff write Finnish; nothing here is a text of the program.
"""

from datetime import date

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from cxplatform.demo import changed, design, figures, mirror, promising, remembered
from cxplatform.demo.signals import listen
from cxplatform.tenancy import audit
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Membership, Tenant, User
from cxplatform.tenancy.roles import Role
from dashboards.models import Target
from journeys.models import Channel, Dimension, Journey, Stage, Step, Touchpoint, Unit
from surveys.models import Question, Survey, SurveyLink, Widget
from surveys.questionnaire.publish import MOST_QUESTIONS, publish

SLUG = "rengasala"
PEOPLE = {
    "anna.johtaja@rengasala.example": ("Anna", "Johtaja", Role.VIEWER),
    "aino.kehittaja@rengasala.example": ("Aino", "Kehittäjä", Role.CX_LEAD),
    "pekka.paakayttaja@rengasala.example": ("Pekka", "Pääkäyttäjä", Role.ADMIN),
    "espoo.paallikko@rengasala.example": ("Elina", "Espoo", Role.UNIT_MANAGER),
    "hanna.hoitaja@rengasala.example": ("Hanna", "Hoitaja", Role.HANDLER),
    "mikko.asentaja@rengasala.example": ("Mikko", "Asentaja", Role.EMPLOYEE),
}
LEADER, CX_LEAD, ADMIN = list(PEOPLE)[:3]
FITTER = list(PEOPLE)[5]
SEE_IDENTITY = {Role.HANDLER, Role.CX_LEAD}

CHANNELS = {
    "myymala": ("Myymälä", False),
    "verkko": ("Verkko", True),
    "puhelin": ("Puhelin", False),
    "chat": ("Chat", True),
    "sahkoposti": ("Sähköposti", True),
    "anturi": ("Rengasanturi", True),
}
STORES = ("espoo", "helsinki", "tampere", "turku", "oulu", "kuopio")
UNITS = {
    **{store: (store.capitalize(), False) for store in STORES},
    "verkkotiimi": ("Verkkotiimi", False),
    "asiakaspalvelu": ("Asiakaspalvelu", False),
    "talous": ("Talous", False),
    "kuljetus": ("Kuljetus Oy", True),
}
# slug: name, channel, unit ("" = the store where it happens)
TOUCHPOINTS = {
    "haku": ("Haku ja mainokset", "verkko", "verkkotiimi"),
    "etusivu": ("Verkkosivujen etusivu", "verkko", "verkkotiimi"),
    "rengashaku": ("Rengashaku", "verkko", "verkkotiimi"),
    "neuvonta-chat": ("Neuvonta chatissa", "chat", "asiakaspalvelu"),
    "neuvonta-puhelin": ("Neuvonta puhelimessa", "puhelin", "asiakaspalvelu"),
    "verkkokauppa": ("Verkkokaupan kassa", "verkko", "verkkotiimi"),
    "ajanvaraus": ("Ajanvaraus", "verkko", "verkkotiimi"),
    "varausvahvistus": ("Varausvahvistus", "sahkoposti", "verkkotiimi"),
    "toimitus": ("Renkaiden toimitus", "sahkoposti", "kuljetus"),
    "vastaanotto": ("Vastaanotto", "myymala", ""),
    "odotustila": ("Odotustila", "myymala", ""),
    "renkaanvaihto": ("Renkaanvaihto", "myymala", ""),
    "lasku": ("Lasku", "sahkoposti", "talous"),
    "rengasanturi": ("Rengasanturi", "anturi", "asiakaspalvelu"),
    "ajovinkit": ("Ajovinkit", "sahkoposti", "verkkotiimi"),
    "apu-puhelin": ("Asiakaspalvelu puhelimessa", "puhelin", "asiakaspalvelu"),
    "apu-chat": ("Asiakaspalvelu chatissa", "chat", "asiakaspalvelu"),
    "apu-sahkoposti": ("Asiakaspalvelu sähköpostissa", "sahkoposti", "asiakaspalvelu"),
    "reklamaatio": ("Reklamaatio", "sahkoposti", "asiakaspalvelu"),
    "rengashotelli": ("Rengashotelli", "myymala", ""),
    "nouto": ("Nouto ja palautus", "puhelin", "kuljetus"),
    "kausimuistutus": ("Kausimuistutus", "sahkoposti", "verkkotiimi"),
    "avainasiakkaat": ("Yhteydenpito yrityksiin", "puhelin", "asiakaspalvelu"),
}
JOURNEYS = {
    "renkaanvaihto": (
        "Renkaanvaihto",
        {
            "Kiinnostus": ("haku", "etusivu"),
            "Valinta": ("rengashaku", "neuvonta-chat", "neuvonta-puhelin"),
            "Osto": ("verkkokauppa", "ajanvaraus", "varausvahvistus"),
            "Toimitus": ("toimitus", "vastaanotto", "odotustila", "renkaanvaihto", "lasku"),
            "Käyttö": ("rengasanturi", "ajovinkit"),
            "Apu": ("apu-puhelin", "apu-chat", "apu-sahkoposti", "reklamaatio"),
            "Uusiminen": ("kausimuistutus",),
        },
    ),
    "yritysautot": (
        "Yritysautot",
        {
            "Kiinnostus": ("etusivu",),
            "Valinta": ("neuvonta-puhelin",),
            "Osto": ("ajanvaraus",),
            "Toimitus": ("nouto", "renkaanvaihto", "lasku"),
            "Käyttö": ("rengasanturi",),
            "Apu": ("apu-puhelin", "apu-sahkoposti"),
            "Uusiminen": ("kausimuistutus",),
        },
    ),
    "rengashotelli": (
        "Rengashotelli",
        {
            "Kiinnostus": ("haku",),
            "Osto": ("ajanvaraus", "varausvahvistus"),
            "Toimitus": ("vastaanotto", "odotustila", "rengashotelli", "lasku"),
            "Apu": ("apu-puhelin", "apu-chat"),
            "Uusiminen": ("kausimuistutus",),
        },
    ),
    "avun-saaminen": (
        "Avun saaminen",
        {
            "Käyttö": ("rengasanturi",),
            "Apu": ("apu-puhelin", "apu-chat", "apu-sahkoposti", "reklamaatio"),
        },
    ),
}
# slug: name, kind, questions (key, metric, required)
COMMENT = ("comment", Question.COMMENT, False)
STORY = ("story", "story_consent", False)
SURVEYS: dict[str, tuple[str, str, tuple[tuple[str, str, bool], ...]]] = {
    "asiointi": (
        "Miten asiointi sujui",
        Survey.Kind.TRANSACTION,
        (("nps", "nps/0-10", True), ("ces", "ces/1-7", False), ("emotion", "emotion/7", False), COMMENT, STORY),
    ),
    "kaynti": (
        "Myymäläkäynti",
        Survey.Kind.TRANSACTION,
        (
            ("nps", "nps/0-10", True),
            ("expectation", "expectation/3", False),
            ("csat", "csat/1-5", False),
            ("emotion", "emotion/7", False),
            COMMENT,
        ),
    ),
    "apu": (
        "Saitko apua",
        Survey.Kind.TRANSACTION,
        (
            ("fcr", "fcr/5", True),
            ("expected", "expected/3", False),
            ("nps", "nps/0-10", False),
            ("ces", "ces/1-7", False),
            COMMENT,
            STORY,
        ),
    ),
    "asiakassuhde": ("Asiakassuhde", Survey.Kind.RELATIONSHIP, (("nps", "nps/0-10", True), COMMENT)),
}


def found(*, password: str, until: date) -> Tenant:
    """Make the company and its people; everyone signs in with `password`."""
    tenant = Tenant.objects.create(name="Rengasala", slug=SLUG, brand_colour="#b3261e")
    users = {}
    encoded = make_password(password)  # once for all of them: it is made to take long
    for email, (first, last, role) in PEOPLE.items():
        user = User.objects.create(email=email, password=encoded, first_name=first, last_name=last, language="fi")
        _verify(user)
        Membership.objects.create(tenant=tenant, user=user, role=role, sees_identity=role in SEE_IDENTITY)
        users[email] = user
    with activate(tenant.pk):
        _places(users)
        _surveys(tenant)
        mirror.make()
        remembered.make()
        promising.make(tenant, until=until, lead=users[CX_LEAD], staff=users[FITTER])
        _targets(until)
        listen(until=until)
        figures.tell(until=until)
        changed.tell(until=until)
        audit.record("founded", tenant, until=until.isoformat(), now=timezone.now().isoformat())
        espoo = Unit.objects.get(slug="espoo").pk
    Membership.objects.filter(tenant=tenant, role=Role.UNIT_MANAGER).update(unit_ids=[espoo])
    return tenant


def _verify(user: User) -> None:
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def _places(users: dict[str, User]) -> None:
    owner = users[CX_LEAD]
    channels = {
        slug: Channel.objects.create(slug=slug, name=name, digital=digital)
        for slug, (name, digital) in CHANNELS.items()
    }
    units = {
        slug: Unit.objects.create(slug=slug, name=name, partner=partner) for slug, (name, partner) in UNITS.items()
    }
    touchpoints = {
        slug: Touchpoint.objects.create(
            slug=slug, name=name, channel=channels[channel], unit=units.get(unit), owner=owner
        )
        for slug, (name, channel, unit) in TOUCHPOINTS.items()
    }
    for position, (slug, (name, stages)) in enumerate(JOURNEYS.items()):
        journey = Journey.objects.create(slug=slug, name=name, owner=owner, position=position)
        for order, (stage_name, steps) in enumerate(stages.items()):
            stage = Stage.objects.create(journey=journey, name=stage_name, position=order)
            for place, touchpoint in enumerate(steps):
                Step.objects.create(stage=stage, touchpoint=touchpoints[touchpoint], position=place)
    Dimension.objects.create(slug="segment", name="Asiakasryhmä")
    design.draw(owner=owner, sponsor=users[LEADER])


def _surveys(tenant: Tenant) -> None:
    for slug, (name, kind, questions) in SURVEYS.items():
        because = "Tarinan saa kertoa vain luvalla." if len(questions) > MOST_QUESTIONS else ""
        survey = Survey.objects.create(slug=slug, name=name, kind=kind, long_because=because)
        for position, (key, metric, required) in enumerate(questions):
            Question.objects.create(survey=survey, position=position, key=key, metric=metric, required=required)
        publish(survey)
    place = {t.slug: t for t in Touchpoint.objects.all()}
    surveys = {s.slug: s for s in Survey.objects.all()}
    for code, survey, touchpoint, label in (
        ("rengasvaihto", "kaynti", "renkaanvaihto", "QR-koodi vastaanotossa"),
        ("rengasapu", "apu", "apu-chat", "Linkki chatin lopussa"),
    ):
        SurveyLink.objects.create(
            tenant=tenant,
            code=code,
            survey_id=surveys[survey].pk,
            touchpoint_id=place[touchpoint].pk,
            channel_id=place[touchpoint].channel_id,
            label=label,
        )
    Widget.objects.create(
        tenant=tenant,
        key="rengaskauppa",
        name="Verkkokauppa",
        survey_id=surveys["asiointi"].pk,
        touchpoint_id=place["verkkokauppa"].pk,
        channel_id=place["verkkokauppa"].channel_id,
        origins=["http://localhost:8000"],
    )


def _targets(until: date) -> None:
    """A company-wide target per metric, and stricter or milder ones where staff set them."""
    for year in (until.year - 1, until.year):
        growth = 2 if year == until.year else 0
        for metric, value in (("nps/0-10", 40), ("ces/1-7", 75), ("fcr_expected/15", 55), ("csat/1-5", 80)):
            Target.objects.create(metric=metric, year=year, value=value + growth)
        for stage in Stage.objects.filter(name="Apu"):
            Target.objects.create(metric="nps/0-10", year=year, stage=stage, value=25 + growth)
    remembered.aim((until.year - 1, until.year))


def loaded() -> Tenant | None:
    """The demo company, when it is here."""
    return Tenant.objects.filter(slug=SLUG).first()
