"""What Rengasala promises itself: who was let down is called within a working day."""

from cxplatform.demo import company
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant, User
from journeys.models import Calendar, EventType
from promises.judging import history
from promises.models import Promise, Rule
from surveys.followups import happened
from surveys.followups.heard import News
from surveys.models import FollowUpStep

SLUG = "soitto-tyopaivassa"
_NAMES = (
    "Palaute otettiin hoidettavaksi",
    "Asiakkaaseen saatiin yhteys",
    "Palaute ratkaistiin",
    "Asiakas vahvisti ratkaisun",
    "Palaute avattiin uudelleen",
    "Palaute suljettiin",
)


def promise(tenant: Tenant) -> None:
    """Once the loop is closed: the promise, and the events by which it is judged; they are then to be counted."""
    with activate(tenant.pk):
        if Promise.objects.filter(slug=SLUG).exists():
            return
        made = Promise.objects.create(
            slug=SLUG,
            name="Pettyneelle soitetaan työpäivässä",
            wording="Otamme pettyneeseen asiakkaaseen yhteyttä yhden työpäivän aikana.",
            visibility=Promise.Visibility.INTERNAL,
            element=Promise.Element.RESPONSE_TIME,
            lifecycle=Promise.Lifecycle.PILOT,
            owner=User.objects.get(email=company.CX_LEAD),
            vision="Rengasalalla asioiminen on niin vaivatonta, että siitä kerrotaan muille.",
            matters="”Toivoin vain, että joku soittaisi.” (avoimet vastaukset)",
            matters_most="Joku ottaa asian omakseen heti, omalla nimellään.",
            measurable="Kyllä: hoidettavat palautteet kertovat, milloin asiakkaaseen saatiin yhteys.",
            key_words=["työpäivässä"],
            feeling="Minua kuunnellaan.",
            staff_view="Jokaisessa vuorossa yhdellä on aikaa soittaa.",
            management_view="Nopea soitto pitää pettyneen asiakkaan asiakkaana.",
        )
        Rule.objects.create(
            promise=made,
            opening_type=happened.OPENED,
            closing_type=happened.CONTACTED,
            duration_minutes=8 * 60,
            calendar=Calendar.objects.order_by("pk").first(),
            target=85,
        )
        for rule_id in history.unjudged(tenant):
            history.judge_past(tenant, rule_id)  # there is none yet: nobody need look for it later
        for type_, name in zip(happened.TYPES, _NAMES, strict=True):  # our own work is no step of the customer's way
            EventType.objects.get_or_create(type=type_, defaults={"name": name, "ignored": True})
        steps = FollowUpStep.objects.select_related("follow_up").order_by("id")
        happened.listen([News(step.follow_up, step) for step in steps])
