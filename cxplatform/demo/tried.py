"""What Rengasala tries and tells: an experiment on a message, a gesture, and its page for everybody."""

import random
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from cxplatform.demo import company
from cxplatform.demo.visits import CUSTOMERS, FLEETS, ZONE
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant, User
from dashboards.experiments import run
from dashboards.gestures import effect
from dashboards.insights.look import look
from dashboards.models import Experiment, Gesture
from dashboards.results import page, quotes
from journeys.models import Customer, EventType, Touchpoint
from journeys.record import IncomingEvent, record
from surveys.answer import record_responses
from surveys.models import Question, Response, Survey
from surveys.questionnaire.publish import publish
from surveys.submission import Submission

DAYS = 40
_ANSWERS = 620
_WORDS = (
    "Vahvistuksesta näki heti, minne mennä ja milloin.",
    "Hyvä muistutus, löysin ajan kalenterista yhdellä painalluksella.",
    "Viesti oli pitkä, mutta kaikki tarpeellinen löytyi.",
    "Juuri sopivasti tietoa, kiitos.",
    "Ajan siirtäminen viestistä onnistui helposti.",
)


def set_up(tenant: Tenant, *, until: date) -> None:
    """Once the customers' answers are counted; what is sent here is then to be counted."""
    with activate(tenant.pk):
        if Experiment.objects.exists():
            return
        places = {place.slug: place for place in Touchpoint.objects.filter(slug__in=_PLACES)}
        lead = User.objects.get(email=company.CX_LEAD)
        began = until - timedelta(days=DAYS)
        experiment = Experiment.objects.create(
            slug="varausvahvistus",
            name="Varausvahvistus kahdella tavalla",
            question="Onko lyhyt vahvistus asiakkaalle osuvampi kuin pitkä?",
            touchpoint=places["varausvahvistus"],
            metric="relevance/1-5",
            least=8,
            variants=[{"key": "a", "name": "Pitkä viesti"}, {"key": "b", "name": "Lyhyt viesti ja linkki"}],
            owner=lead,
        )
        run.start(experiment, today=began)
        survey = Survey.objects.create(slug="viestit", name="Osuiko viesti", touchpoint=places["varausvahvistus"])
        for position, (key, metric) in enumerate(_ASKED):
            Question.objects.create(survey=survey, position=position, key=key, metric=metric)
        publish(survey)
        told = record_responses(_answers(experiment.dimension, began), collected_by="import").rejected
        told += record(events=_gestures(places["odotustila"], lead), source="rengasala").rejected
    if told:
        raise RuntimeError(f"The demo tried {len(told)} things that were rejected, the first: {told[0]}")


_PLACES = ("varausvahvistus", "odotustila")
_ASKED = (("osuvuus", "relevance/1-5"), ("comment", "comment"), ("publish", "publish_consent"))


def _answers(dimension: str, began: date) -> list[Submission]:
    rng = random.Random("rengasala tried")  # noqa: S311 (a story)
    told = []
    for number in range(_ANSWERS):
        key = "ab"[number % 2]
        at = datetime.combine(began + timedelta(days=number * DAYS // _ANSWERS), time(8 + number % 12), ZONE)
        says = number % (_ANSWERS // len(_WORDS)) == 0
        told.append(
            Submission(
                submission_id=f"viesti-{number}",
                survey="viestit",
                answers={"osuvuus": max(1, min(5, round(rng.gauss(3.6 if key == "a" else 4.0, 1.0))))}
                | ({"publish": "yes"} if says else {}),
                texts={"comment": _WORDS[number * len(_WORDS) // _ANSWERS]} if says else {},
                answered_at=at,
                customer=f"A{10_000 + rng.randrange(FLEETS, CUSTOMERS)}",
                properties={dimension: key, "segment": "yksityinen"},
                language="fi",
            )
        )
    return told


def _gestures(place: Touchpoint, lead: User) -> list[IncomingEvent]:
    """Coffee while waiting, for some of those who later said what they thought of it; an event of no touchpoint of its
    own, as it is no step of the way."""
    gesture = Gesture.objects.create(
        slug="kahvi",
        name="Kahvi ja arvio odotusajasta",
        description="Jos odotus venyy yli vartin, tarjotaan kahvi ja kerrotaan, koska auto on valmis.",
        touchpoint=place,
        cost="1.20",
        with_customers="kuusi asiakasta työpajassa keväällä",
        with_staff="Espoon vastaanotto",
        owner=lead,
    )
    EventType.objects.create(type=gesture.event_type, name=gesture.name, ignored=True)
    since = timezone.now() - timedelta(days=80)
    met = list(
        Response.objects.filter(touchpoint_id=place.pk, answered_at__gte=since, customer_id__isnull=False)
        .order_by("id")
        .values_list("id", "customer_id", "answered_at", "scores")[:600]
    )
    numbers = dict(Customer.objects.filter(id__in=[row[1] for row in met]).values_list("id", "external_id"))
    return [
        IncomingEvent(
            id=f"kahvi-{id_}",
            type=gesture.event_type,
            time=at - timedelta(minutes=40),
            customer=numbers[customer],
        )
        for place_in_line, (id_, customer, at, scores) in enumerate(met)
        if place_in_line % 5 == 0 or (place_in_line % 3 == 0 and scores.get("nps/0-10", 0) >= 9)
    ]


def tell(tenant: Tenant, *, until: date) -> None:
    """The page for everybody, with words that may be published, once they are counted."""
    with activate(tenant.pk):
        if page.page_of_company().pk:
            return
        page.save(
            fields={
                "shown": True,
                "parts": list(page.Part.values),
                "measures": ["nps", "ces", "fcr"],
                "introductions": {"fi": "Kerromme avoimesti, miten meillä menee ja mitä olemme korjanneet."},
            }
        )
        offered = quotes.offered()
        quotes.choose(offered[:4], among=offered, by=User.objects.get(email=company.CX_LEAD))
        look(tenant=tenant, kind=effect.KIND)
