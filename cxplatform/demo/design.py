"""How Rengasala means its journeys to go: what a stage promises to feel like, what may be skipped, who stands behind.

Names and texts are in Finnish because Rengasala's staff write Finnish; nothing here is a text of the program.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from cxplatform.tenancy.models import User
from journeys.hours import WEEKDAYS
from journeys.models import (
    Channel,
    Dimension,
    EventType,
    Journey,
    JourneyPersona,
    Jump,
    Note,
    Persona,
    Process,
    ProcessTouchpoint,
    Stage,
    Step,
    Touchpoint,
    TouchpointChannel,
    Unit,
)
from journeys.plans import make_plan
from journeys.versions import snapshot

# stage: flow, may be left out, after the purchase, expected emotion, the customer's goal
STAGES: dict[str, tuple[str, bool, bool, int, str]] = {
    "Kiinnostus": (Stage.Flow.FREE, True, False, 0, "Huomaan, että renkaat pitää vaihtaa"),
    "Valinta": (Stage.Flow.FREE, True, False, 1, "Löydän autooni sopivat renkaat"),
    "Osto": (Stage.Flow.SEQUENCE, False, False, 1, "Saan ajan silloin, kun minulle sopii"),
    "Toimitus": (Stage.Flow.SEQUENCE, False, True, 2, "Pääsen matkaan odottelematta"),
    "Käyttö": (Stage.Flow.FREE, True, True, 1, "Ajan turvallisesti koko kauden"),
    "Apu": (Stage.Flow.FREE, True, True, 1, "Saan asiani kuntoon yhdellä yhteydenotolla"),
    "Uusiminen": (Stage.Flow.FREE, True, True, 1, "Minun ei tarvitse itse muistaa"),
}
# stage: how it is when it is as dreamt, what shows it, what is to be exceeded, why customers choose us for this
DREAMS: dict[str, tuple[str, str, str, str]] = {
    "Toimitus": (
        "Auto on valmis, kun kahvi on juotu.",
        "Odotustilan NPS vähintään 30",
        "Tunti muovituolissa",
        "Työn vaiheet näkee näytöltä",
    ),
}
SKIPPED = {"verkkokauppa", "toimitus"}  # whoever has tyres already needs no new ones
REPEATED = {"nouto"}  # agreed first, done later
JUMPS = {"renkaanvaihto": (("verkkokauppa", "toimitus"), ("toimitus", "ajanvaraus"))}
MEMORY = {
    "renkaanvaihto": "”Se oli ohi ennen kuin kahvi jäähtyi, ja he muistivat minut.”",
    "yritysautot": "”Auto oli pihassa valmiina, en edes huomannut koko asiaa.”",
    "rengashotelli": "”Minun ei tarvitse nostaa ainuttakaan rengasta.”",
    "avun-saaminen": "”Yksi yhteydenotto riitti, ja joku otti asiani hoitaakseen.”",
}
# touchpoint: role that delivers, by whom, minutes of waiting, what the customer sees or keeps
TOUCHPOINTS: dict[str, tuple[str, str, int | None, str]] = {
    "haku": ("", Touchpoint.By.DIGITAL, None, "Mainos"),
    "etusivu": ("", Touchpoint.By.DIGITAL, None, ""),
    "rengashaku": ("", Touchpoint.By.DIGITAL, None, "Lista sopivista renkaista hintoineen"),
    "neuvonta-chat": ("Asiakasneuvoja", Touchpoint.By.BOTH, 1, ""),
    "neuvonta-puhelin": ("Asiakasneuvoja", Touchpoint.By.HUMAN, 3, ""),
    "ajanvaraus": ("", Touchpoint.By.DIGITAL, None, ""),
    "varausvahvistus": ("", Touchpoint.By.DIGITAL, None, "Vahvistus ja kalenterimerkintä"),
    "toimitus": ("Kuljettaja", Touchpoint.By.HUMAN, None, "Saapumisilmoitus"),
    "vastaanotto": ("Myyjä", Touchpoint.By.HUMAN, 5, "Työmääräys"),
    "odotustila": ("", Touchpoint.By.BOTH, 15, "Kahvi ja arvio valmistumisesta"),
    "renkaanvaihto": ("Rengasasentaja", Touchpoint.By.HUMAN, None, "Jälkikiristysohje"),
    "lasku": ("", Touchpoint.By.DIGITAL, None, "Lasku"),
    "rengasanturi": ("", Touchpoint.By.DIGITAL, None, "Hälytys puhelimeen"),
    "apu-puhelin": ("Asiakasneuvoja", Touchpoint.By.HUMAN, 3, ""),
    "apu-chat": ("Asiakasneuvoja", Touchpoint.By.BOTH, 1, "Keskustelu sähköpostitse"),
    "apu-sahkoposti": ("Asiakasneuvoja", Touchpoint.By.HUMAN, 24 * 60, "Vastaus"),
    "reklamaatio": ("Asiakasneuvoja", Touchpoint.By.HUMAN, 8 * 60, "Päätös kirjallisena"),
    "rengashotelli": ("Rengasasentaja", Touchpoint.By.HUMAN, None, "Säilytyskuitti"),
    "nouto": ("Kuljettaja", Touchpoint.By.HUMAN, None, "Luovutuskuittaus"),
}
# touchpoint: its seven Ps, the drivers of experience and the needs that it answers
TAGGED: dict[str, tuple[str, str, str]] = {
    "haku": ("promotion", "expectations", "information"),
    "etusivu": ("promotion", "", "information"),
    "rengashaku": ("product", "personal", "alternatives"),
    "neuvonta-chat": ("people", "empathy personal", "understanding"),
    "neuvonta-puhelin": ("people", "empathy", "understanding friendliness"),
    "verkkokauppa": ("price process", "effort", "control"),
    "ajanvaraus": ("process", "effort", "control time"),
    "varausvahvistus": ("process", "expectations", "information"),
    "toimitus": ("place", "expectations", "information"),
    "vastaanotto": ("people", "empathy", "friendliness"),
    "odotustila": ("physical", "effort", "time"),
    "renkaanvaihto": ("product process", "expectations", "time"),
    "lasku": ("price", "integrity", "fairness"),
    "apu-puhelin": ("people", "resolution empathy", "understanding"),
    "apu-chat": ("people", "resolution effort", "time"),
    "reklamaatio": ("process", "resolution integrity", "fairness"),
    "nouto": ("place", "effort", "time"),
}
PROCESSES = {
    "laskutus": ("Laskutus", "talous", "Talousjärjestelmä", ("lasku",)),
    "varasto": ("Rengasvarasto", "kuljetus", "Varastonhallinta", ("rengashaku", "toimitus")),
    "tyovuorot": ("Työvuorosuunnittelu", "asiakaspalvelu", "Vuorolista", ("odotustila", "apu-puhelin", "apu-chat")),
    "kierratys": ("Vanhojen renkaiden kierrätys", "kuljetus", "", ("renkaanvaihto",)),
}
PERSONAS: dict[str, dict[str, Any]] = {
    "kiireinen-karri": {
        "name": "Kiireinen Karri",
        "goals": "Renkaat vaihdettuina ennen lumia, mieluiten työmatkalla.",
        "needs": "Tarkka aika ja tieto siitä, milloin auto on valmis.",
        "challenges": "Ei ehdi soitella eikä odottaa.",
        "delights": "Työ alkaa ennen varattua aikaa.",
        "fears": "Lisätyöt, joista kuulee vasta laskusta.",
        "value": "yksityinen",
        "journeys": ("renkaanvaihto", "rengashotelli"),
    },
    "kalustopaallikko-kaisa": {
        "name": "Kalustopäällikkö Kaisa",
        "goals": "Kaikki autot ajossa, kulut tiedossa.",
        "needs": "Yksi yhteyshenkilö ja kooste kuukaudesta.",
        "challenges": "Kuljettajat unohtavat varata ajan.",
        "delights": "Nouto hoituu sovitusti.",
        "fears": "Auto seisoo pihassa.",
        "value": "yritys",
        "journeys": ("yritysautot",),
    },
}
# What staff call the types of events; the new app's have nobody's name yet.
EVENTS = {
    "ad.clicked": "Mainos avattu",
    "page.viewed": "Etusivulla käyty",
    "tyres.searched": "Renkaita haettu",
    "advice.given": "Neuvottu",
    "booking.made": "Aika varattu",
    "booking.confirmed": "Varaus vahvistettu",
    "order.delivered": "Renkaat toimitettu",
    "visit.arrived": "Saapui myymälään",
    "visit.started": "Työ aloitettu",
    "visit.completed": "Työ valmis",
    "invoice.sent": "Lasku lähetetty",
    "tips.opened": "Ajovinkit avattu",
    "reminder.opened": "Kausimuistutus avattu",
    "pickup.agreed": "Nouto sovittu",
    "pickup.done": "Auto noudettu",
    "tyre.pressure_low": "Rengaspaine laski",
    "tyre.owner_contacted": "Omistajaan otettu yhteyttä",
    "account.contacted": "Yritykseen pidetty yhteyttä",
    "contact.received": "Asiakas otti yhteyttä",
    "contact.delayed": "Viivästyksestä kerrottu",
    "contact.answered": "Yhteydenottoon vastattu",
    "complaint.received": "Reklamaatio saatu",
    "complaint.answered": "Reklamaatioon vastattu",
}
# touchpoint: how it is made for the customer, and each channel it is offered through with its strength 1-5
OFFERED: dict[str, tuple[str, dict[str, int]]] = {
    "rengashaku": (Touchpoint.Interactivity.INDIVIDUAL, {"verkko": 4}),
    "ajanvaraus": (Touchpoint.Interactivity.INDIVIDUAL, {"verkko": 4, "puhelin": 3}),
    "ajovinkit": (Touchpoint.Interactivity.SEGMENT, {"sahkoposti": 3}),
    "odotustila": (Touchpoint.Interactivity.MASS, {"myymala": 2}),
    "reklamaatio": (Touchpoint.Interactivity.INDIVIDUAL, {"puhelin": 4, "chat": 2}),
}
PEERS = {"rengashaku"}  # where other customers' reviews help
_OFFICE = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
_ALWAYS = {day: [["00:00", "24:00"]] for day in WEEKDAYS}
# channel: when it is open, and when in Swedish if at other times
HOURS: dict[str, tuple[dict[str, Any], dict[str, Any] | None]] = {
    "myymala": ({**_OFFICE, "sat": [["09:00", "15:00"]]}, None),
    "verkko": (_ALWAYS, None),
    "puhelin": (_OFFICE, {day: [["09:00", "12:00"]] for day in ("mon", "wed", "fri")}),
    "chat": ({day: [["08:00", "21:00"]] for day in WEEKDAYS}, _OFFICE),
    "sahkoposti": (_OFFICE, None),
}
COSTS = {"myymala": "9.50", "verkko": "0.15", "puhelin": "6.20", "chat": "3.10", "sahkoposti": "4.40"}


def draw(*, owner: User, sponsor: User) -> None:
    """Give the company's journeys their flow, and what people need to read on the map; one version of each."""
    _channels()
    _touchpoints()
    for journey in Journey.objects.all():
        journey.sponsor, journey.memory = sponsor, MEMORY.get(journey.slug, "")
        journey.co_designers = "Asiakasraati, kevät 2026: 6 asiakasta Espoosta ja Oulusta"
        if journey.slug == "rengashotelli":
            journey.validated_on = timezone.localdate() - timedelta(days=60)
            journey.validated_by = "Asiakasraati, 6 asiakasta"
        journey.save()
        for stage in Stage.objects.filter(journey=journey):
            stage.flow, stage.optional, stage.after_purchase, stage.emotion, stage.goal = STAGES[stage.name]
            # Whoever asks for help has bought already, and does not go on to buy.
            stage.optional = stage.optional and (journey.slug, stage.name) != ("avun-saaminen", "Apu")
            stage.vision, stage.target, stage.expectation, stage.edge = DREAMS.get(stage.name, ("", "", "", ""))
            stage.save()
        _flow(journey)
        snapshot(journey, made_by="Rengasala")
    _plan(Journey.objects.get(slug="renkaanvaihto"))
    _behind(owner)
    _people()
    EventType.objects.bulk_create(EventType(type=type_, name=name) for type_, name in EVENTS.items())
    EventType.objects.create(type="tyres.processed", name="Vanhat renkaat käsitelty", ignored=True)
    EventType.objects.create(
        type="order.placed", name="Renkaat tilattu verkkokaupasta", meaning=EventType.Meaning.REPURCHASE
    )


def _channels() -> None:
    for slug, cost in COSTS.items():
        channel = Channel.objects.get(slug=slug)
        channel.cost_per_contact, channel.languages = Decimal(cost), ["fi", "sv", "en"]
        channel.hours, swedish = HOURS[slug]
        channel.language_hours = {"sv": swedish} if swedish else {}
        channel.save()


def _touchpoints() -> None:
    channels = {channel.slug: channel for channel in Channel.objects.all()}
    for touchpoint in Touchpoint.objects.filter(slug__in=TOUCHPOINTS.keys() | TAGGED.keys() | OFFERED.keys()):
        if about := TOUCHPOINTS.get(touchpoint.slug):
            touchpoint.role, touchpoint.by, touchpoint.waiting_minutes, touchpoint.evidence = about
        mix, drivers, needs = TAGGED.get(touchpoint.slug, ("", "", ""))
        touchpoint.mix, touchpoint.drivers, touchpoint.needs = mix.split(), drivers.split(), needs.split()
        touchpoint.interactivity, strengths = OFFERED.get(touchpoint.slug, ("", {}))
        touchpoint.peer_help = touchpoint.slug in PEERS
        touchpoint.save()
        TouchpointChannel.objects.bulk_create(
            TouchpointChannel(touchpoint=touchpoint, channel=channels[channel], strength=strength)
            for channel, strength in strengths.items()
        )


def _flow(journey: Journey) -> None:
    steps = {step.touchpoint.slug: step for step in Step.objects.filter(stage__journey=journey).select_related()}
    for slug, step in steps.items():
        step.optional = slug in SKIPPED
        step.repeats = slug in REPEATED or journey.slug == "avun-saaminen"
        step.save()
    for start, end in JUMPS.get(journey.slug, ()):
        Jump.objects.create(journey=journey, from_step=steps[start], to_step=steps[end])


def _plan(journey: Journey) -> None:
    """How changing tyres should be once nobody has to wait: what the gap on the map tells of."""
    plan = make_plan(journey)
    plan.name, plan.memory = "Renkaanvaihto ilman odottelua", "”Jätin avaimet ja sain auton pihaan valmiina.”"
    plan.save()
    steps = Step.objects.filter(stage__journey=plan)
    steps.filter(touchpoint__slug="odotustila").delete()
    steps.filter(touchpoint__slug="vastaanotto").update(optional=True, change="Avaimet voi jättää lokeroon")
    steps.filter(touchpoint__slug="lasku").update(change="Loppusumma näytetään ennen töiden aloittamista")
    Stage.objects.filter(journey=plan, name="Toimitus").update(target="Auto valmiina luvattuna aikana 95 prosentilla")
    snapshot(plan, made_by="Rengasala", note="Odotustila jää pois")


def _behind(owner: User) -> None:
    touchpoints = {touchpoint.slug: touchpoint for touchpoint in Touchpoint.objects.all()}
    units = {unit.slug: unit for unit in Unit.objects.all()}
    for slug, (name, unit, system, serves) in PROCESSES.items():
        process = Process.objects.create(slug=slug, name=name, unit=units[unit], system=system, owner=owner)
        for touchpoint in serves:
            ProcessTouchpoint.objects.create(process=process, touchpoint=touchpoints[touchpoint])
    Note.objects.create(
        touchpoint=touchpoints["odotustila"],
        source=Note.Source.ETHNOGRAPHY,
        author="Aino Kehittäjä",
        text="Kolme viidestä katsoi kelloa, kun arvioitu aika oli ylittynyt; kukaan ei kertonut, miksi työ viipyi.",
    )


def _people() -> None:
    segment = Dimension.objects.get(slug="segment")
    journeys = {journey.slug: journey for journey in Journey.objects.all()}
    for slug, about in PERSONAS.items():
        made_for = [journeys[name] for name in about["journeys"]]
        fields = {name: text for name, text in about.items() if name != "journeys"}
        persona = Persona.objects.create(slug=slug, dimension=segment, **fields)
        for journey in made_for:
            JourneyPersona.objects.create(journey=journey, persona=persona)
