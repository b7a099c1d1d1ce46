"""Rengasala, a tyre chain: its people, places, journeys, surveys, promises and targets, as staff would define them.

Names are in Finnish because Rengasala's staff write Finnish; nothing here is a text of the program.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from cxplatform.demo import design, figures
from cxplatform.demo.signals import listen
from cxplatform.tenancy import audit
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Membership, Tenant, User
from cxplatform.tenancy.roles import Role
from dashboards.models import Target
from journeys.models import Channel, Dimension, Journey, Stage, Step, Touchpoint, Unit
from promises.judging import history
from promises.models import Calendar, Promise, Rule
from surveys.models import Question, Survey, SurveyLink, Widget
from surveys.questionnaire.publish import publish

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
SURVEYS: dict[str, tuple[str, str, tuple[tuple[str, str, bool], ...]]] = {
    "asiointi": (
        "Miten asiointi sujui",
        Survey.Kind.TRANSACTION,
        (("nps", "nps/0-10", True), ("ces", "ces/1-7", False), ("emotion", "emotion/7", False), COMMENT),
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
        ),
    ),
    "asiakassuhde": ("Asiakassuhde", Survey.Kind.RELATIONSHIP, (("nps", "nps/0-10", True), COMMENT)),
}


@dataclass(frozen=True)
class PromiseSpec:
    name: str
    wording: str
    lifecycle: str
    touchpoint: str
    rules: tuple[dict[str, Any], ...]


PROMISES = {
    "vastaus-24-h": PromiseSpec(
        "Vastaus vuorokaudessa",
        "Vastaamme sinulle 24 tunnissa. Jos emme pysty, kerromme siitä ja ehdotamme ratkaisua.",
        Promise.Lifecycle.PUBLIC,
        "apu-sahkoposti",
        (
            {
                "opening_type": "contact.received",
                "closing_type": "contact.answered",
                "duration_minutes": 24 * 60,
                "target": 90,
            },
        ),
    ),
    "vanhat-renkaat": PromiseSpec(
        "Vanhat renkaat kierrätetään",
        "Jokainen meille jätetty vanha rengas kierrätetään.",
        Promise.Lifecycle.PILOT,
        "renkaanvaihto",
        (
            {
                "kind": Rule.Kind.CONDITION,
                "closing_type": "tyres.processed",
                "property": "recycled",
                "operator": "eq",
                "value": True,
                "target": Decimal("99"),
            },
            {
                "part": Rule.Part.INSTRUCTION,
                "wording": "Kysy asiakkaalta vanhoista renkaista",
                "kind": Rule.Kind.CONDITION,
                "closing_type": "visit.completed",
                "property": "asked_old_tyres",
                "operator": "eq",
                "value": True,
                "target": 95,
            },
            {
                "part": Rule.Part.INSTRUCTION_TARGET,
                "wording": "90 % jättää vanhat renkaansa meille",
                "kind": Rule.Kind.CONDITION,
                "closing_type": "visit.completed",
                "property": "handed_in",
                "operator": "eq",
                "value": True,
                "excluded_property": "no_old_tyres",
                "target": 90,
            },
        ),
    ),
    "aika-pitaa": PromiseSpec(
        "Aika pitää",
        "Renkaanvaihtosi alkaa viimeistään 15 minuuttia varatusta ajasta.",
        Promise.Lifecycle.PUBLIC,
        "odotustila",
        ({"opening_type": "visit.arrived", "closing_type": "visit.started", "due_property": "due", "target": 85},),
    ),
    "reklamaatio-paivassa": PromiseSpec(
        "Reklamaatioon vastataan työpäivässä",
        "Vastaamme reklamaatioosi yhden työpäivän aikana.",
        Promise.Lifecycle.PUBLIC,
        "reklamaatio",
        (
            {
                "opening_type": "complaint.received",
                "closing_type": "complaint.answered",
                "duration_minutes": 8 * 60,
                "calendar": True,
                "target": 85,
            },
        ),
    ),
    "perilla-luvattuna": PromiseSpec(
        "Renkaat perillä luvattuna päivänä",
        "Renkaasi ovat asennuspaikalla luvattuna päivänä.",
        Promise.Lifecycle.PUBLIC,
        "toimitus",
        (
            {
                "opening_type": "order.placed",
                "closing_type": "order.delivered",
                "due_property": "promised_by",
                "target": 93,
            },
        ),
    ),
    "anturi-soitto": PromiseSpec(
        "Soitamme rengashälytyksestä",
        "Kun anturi huomaa vajaan renkaan, otamme yhteyttä kahdessa tunnissa.",
        Promise.Lifecycle.PILOT,
        "rengasanturi",
        (
            {
                "opening_type": "tyre.pressure_low",
                "closing_type": "tyre.owner_contacted",
                "match": Rule.Match.CUSTOMER,
                "duration_minutes": 120,
                "target": 80,
            },
        ),
    ),
    "lasku-tasmaa": PromiseSpec(
        "Lasku vastaa tarjousta",
        "Laskussa ei ole yllätyksiä: maksat sen, mitä sovimme.",
        Promise.Lifecycle.PUBLIC,
        "lasku",
        (
            {
                "kind": Rule.Kind.CONDITION,
                "closing_type": "invoice.sent",
                "property": "matches_offer",
                "operator": "eq",
                "value": True,
                "target": 97,
            },
        ),
    ),
    "nouto-ajallaan": PromiseSpec(
        "Nouto sovittuna aikana",
        "Noudamme yritysauton sovittuna aikana.",
        Promise.Lifecycle.PUBLIC,
        "nouto",
        ({"opening_type": "pickup.agreed", "closing_type": "pickup.done", "due_property": "due", "target": 90},),
    ),
}


def found(*, password: str, until: date) -> Tenant:
    """Make the company and its people; everyone signs in with `password`."""
    tenant = Tenant.objects.create(name="Rengasala", slug=SLUG, brand_colour="#b3261e")
    users = {}
    for email, (first, last, role) in PEOPLE.items():
        user = User.objects.create_user(email, password, first_name=first, last_name=last, language="fi")
        _verify(user)
        Membership.objects.create(tenant=tenant, user=user, role=role, sees_identity=role in SEE_IDENTITY)
        users[email] = user
    with activate(tenant.pk):
        _places(users)
        _surveys(tenant)
        _promises(tenant, users)
        _targets(until)
        listen(until=until)
        figures.tell(until=until)
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
    Dimension.objects.create(slug="season", name="Kausi")
    design.draw(owner=owner, sponsor=users[LEADER])


def _surveys(tenant: Tenant) -> None:
    for slug, (name, kind, questions) in SURVEYS.items():
        survey = Survey.objects.create(slug=slug, name=name, kind=kind)
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


def _promises(tenant: Tenant, users: dict[str, User]) -> None:
    day = [["08:00", "16:00"]]
    calendar = Calendar.objects.create(
        slug="arkipaivat",
        name="Arkisin 8–16",
        hours=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), day),
        country="FI",
    )
    touchpoints = {t.slug: t for t in Touchpoint.objects.all()}
    for slug, spec in PROMISES.items():
        promise = Promise.objects.create(
            slug=slug,
            name=spec.name,
            wording=spec.wording,
            lifecycle=spec.lifecycle,
            touchpoint=touchpoints[spec.touchpoint],
            owner=users[CX_LEAD],
        )
        for position, fields in enumerate(spec.rules):
            hours = {"calendar": calendar} if fields.get("calendar") else {}
            Rule.objects.create(promise=promise, position=position, **fields | hours)
    for rule_id in history.unjudged(tenant):
        history.judge_past(tenant, rule_id)  # there is none yet: nobody need look for it later


def _targets(until: date) -> None:
    """A company-wide target per metric, and stricter or milder ones where staff set them."""
    for year in (until.year - 1, until.year):
        growth = 2 if year == until.year else 0
        for metric, value in (("nps/0-10", 40), ("ces/1-7", 75), ("fcr_expected/15", 55), ("csat/1-5", 80)):
            Target.objects.create(metric=metric, year=year, value=value + growth)
        for stage in Stage.objects.filter(name="Apu"):
            Target.objects.create(metric="nps/0-10", year=year, stage=stage, value=25 + growth)


def loaded() -> Tenant | None:
    """The demo company, when it is here."""
    return Tenant.objects.filter(slug=SLUG).first()
