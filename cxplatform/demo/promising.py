"""Rengasala's promises as they came about: made, piloted, told to customers, with what staff do for them."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from cxplatform.demo.promises import DRAFT, PILOT, PROMISES, PUBLIC, PromiseSpec
from cxplatform.tenancy.models import Tenant, User
from journeys.models import Calendar, Touchpoint, Unit
from promises.judging import history
from promises.models import (
    Acknowledgement,
    Criterion,
    Instruction,
    LifecycleStep,
    Participation,
    Promise,
    PromisePage,
    Publication,
    Rule,
    Training,
)

WORKSHOP = "Jokaisesta toimipisteestä oli mukana ainakin yksi. Sanamuoto lyheni kolmasti."
PAGE = {
    "titles": {"fi": "Tämän lupaamme", "sv": "Det här lovar vi", "en": "What we promise"},
    "introductions": {
        "fi": "Mittaamme, miten pidämme lupauksemme, ja kerromme sen tässä.",
        "sv": "Vi mäter hur vi håller våra löften och berättar det här.",
        "en": "We measure how we keep our promises, and tell it here.",
    },
}
EVIDENCE = {
    Criterion.Name.VERIFIABLE: "Luemme sen tapahtumista joka kerta erikseen.",
    Criterion.Name.MEMORABLE: "Kymmenen kymmenestä muisti sen seuraavana päivänä.",
    Criterion.Name.INSTRUCTIVE: "Jokaisella roolilla on oma ohjeensa.",
    Criterion.Name.POSSIBLE: "Edellisen neljännesvuoden tapahtumat läpi käyty.",
    Criterion.Name.CUSTOMER_MINDED: "Sanat ovat asiakkaiden omia.",
}


def make(tenant: Tenant, *, until: date, lead: User, staff: User) -> None:
    """Promise it all in the active tenant; `lead` made the promises, `staff` works by them."""
    day = [["08:00", "16:00"]]
    calendar = Calendar.objects.create(
        slug="arkipaivat",
        name="Arkisin 8–16",
        hours=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), day),
        country="FI",
    )
    touchpoints = {t.slug: t for t in Touchpoint.objects.all()}
    units = {u.slug: u for u in Unit.objects.all()}
    for slug, spec in PROMISES.items():
        promise = _promise(slug, spec, touchpoints[spec.touchpoint], lead)
        rules = [{**rule, "calendar": calendar} if rule.get("calendar") else rule for rule in spec.rules]
        for position, rule in enumerate(rules):
            Rule.objects.create(promise=promise, position=position, **rule)
        _duties(promise, spec, staff=staff, lead=lead, until=until, start=len(rules))
        _making(promise, spec, lead=lead, until=until, unit=units["espoo"])
        for place, where, wording in spec.places:
            Publication.objects.create(
                promise=promise, place=place, where=where, wording=wording, language="fi",
                since=until - timedelta(days=spec.told or 0),
            )  # fmt: skip
    PromisePage.objects.create(shown=True, **PAGE)
    for rule_id in history.unjudged(tenant):
        history.judge_past(tenant, rule_id)  # there is none yet: nobody need look for it later


def _promise(slug: str, spec: PromiseSpec, touchpoint: Touchpoint, lead: User) -> Promise:
    told = spec.told is not None and spec.visibility == Promise.Visibility.PUBLIC
    promise: Promise = Promise.objects.create(
        slug=slug,
        name=spec.name,
        wording=spec.wording,
        wordings=dict(spec.wordings),
        visibility=spec.visibility,
        element=spec.element,
        lifecycle=spec.lifecycle,
        touchpoint=touchpoint,
        owner=lead,
        vision="Rengasalalla asioiminen on niin vaivatonta, että siitä kerrotaan muille.",
        matters=spec.matters,
        matters_most=spec.matters_most,
        measurable="Kyllä: alku ja loppu ovat järjestelmissämme tapahtumia.",
        attainable="Edellisen neljännesvuoden toteuma on lähellä tavoitetta.",
        key_words=list(spec.key_words),
        feeling=spec.feeling,
        customer_view="Asiakas tietää, mitä odottaa, ja huomaa, jos se ei toteudu.",
        staff_view="Ohje on lyhyt, ja sen noudattamiseen on varattu aika.",
        management_view="Lupaus tukee asiakaspysyvyyttä, jota seuraamme kuukausittain.",
        published=told,
        rate_published=told and spec.rate,
    )
    return promise


def _duties(promise: Promise, spec: PromiseSpec, *, staff: User, lead: User, until: date, start: int) -> None:
    position = start
    for duty in spec.duties:
        instruction = Instruction.objects.create(
            promise=promise, role=duty.role, wording=duty.wording, audience=duty.audience, training=duty.training,
            touchpoint=promise.touchpoint,
        )  # fmt: skip
        for rule in duty.rules:
            Rule.objects.create(promise=promise, position=position, instruction=instruction, **rule)
            position += 1
        if duty.audience == "employee" and duty.training:
            taken = _at(until, 90)
            Acknowledgement.objects.create(
                instruction=instruction, version=1, user=staff, read_at=taken, acknowledged_at=taken
            )
            Training.objects.create(instruction=instruction, version=1, user=staff, done_on=taken.date(), noted_by=lead)


def _making(promise: Promise, spec: PromiseSpec, *, lead: User, until: date, unit: Unit) -> None:
    began = _at(until, spec.began)
    Participation.objects.create(
        promise=promise, held_on=(began - timedelta(days=20)).date(), people=9, unit=unit, outcome=WORKSHOP,
        logged_by=lead,
    )  # fmt: skip
    Criterion.objects.bulk_create(
        [
            Criterion(promise=promise, name=name, met=True, evidence=evidence, judged_at=began, judged_by=lead)
            for name, evidence in EVIDENCE.items()
        ]
    )
    steps = [(DRAFT, PILOT, began, "Kokeillaan ensin omalla väellä.")]
    if spec.told is not None:
        steps.append((PILOT, PUBLIC, _at(until, spec.told), "Pilotti osoitti, että lupaus pitää."))
    for before, after, at, why in steps:
        LifecycleStep.objects.create(
            promise=promise, before=before, after=after, at=at, by=lead, who=lead.email, why=why
        )


def _at(until: date, ago: int) -> datetime:
    return datetime.combine(until - timedelta(days=ago), time(10), timezone.get_current_timezone())
