"""What Rengasala promises: how each promise was made, what staff do for it, how it is measured, where it is told.

Names are in Finnish because Rengasala's staff write Finnish; nothing here is a text of the program.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from promises.models import Promise, Publication, Rule

DRAFT, PILOT, PUBLIC, _RETIRED = Promise.Lifecycle
ELEMENT = Promise.Element
PLACE = Publication.Place


@dataclass(frozen=True)
class Duty:
    """An instruction to staff: of which role, to whom, and the measures that show whether it is followed."""

    role: str
    wording: str
    audience: str = ""
    training: str = ""
    rules: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class PromiseSpec:
    """A promise; `began` and `told` are days before the data ends on which its pilot began and it was made public."""

    name: str
    wording: str
    touchpoint: str
    rules: tuple[dict[str, Any], ...]
    duties: tuple[Duty, ...]
    matters: str
    matters_most: str
    key_words: tuple[str, ...]
    feeling: str
    element: str = ELEMENT.RESPONSE_TIME
    visibility: str = Promise.Visibility.PUBLIC
    wordings: Mapping[str, str] = field(default_factory=dict)
    began: int = 720
    told: int | None = 640
    rate: bool = False
    places: tuple[tuple[str, str, str], ...] = ()

    @property
    def lifecycle(self) -> str:
        return PILOT if self.told is None else PUBLIC


def _test(closing_type: str, property: str, target: Any, **more: Any) -> dict[str, Any]:
    return {
        "kind": Rule.Kind.CONDITION, "closing_type": closing_type, "property": property, "operator": "eq",
        "value": True, "target": target, **more,
    }  # fmt: skip


PROMISES = {
    "vastaus-24-h": PromiseSpec(
        "Vastaus vuorokaudessa",
        "Vastaamme sinulle 24 tunnissa. Jos emme pysty, kerromme siitä ja ehdotamme ratkaisua.",
        "apu-sahkoposti",
        (
            {
                "opening_type": "contact.received",
                "closing_type": "contact.answered",
                "duration_minutes": 24 * 60,
                "told_type": "contact.delayed",
                "solution_property": "solution",
                "target": 90,
            },
        ),
        (Duty("Asiakasneuvoja", "Jos vastaus venyy yli 20 tunnin, kerro siitä ja ehdota soittoaikaa.", "handler"),),
        "”Pahinta on, kun ei tiedä, onko viestiä edes luettu.” (asiakaspalaute, 41 mainintaa)",
        "Varmuus siitä, milloin vastaus tulee.",
        ("vuorokaudessa", "kerromme"),
        "Minusta pidetään huolta.",
        wordings={
            "sv": "Vi svarar dig inom 24 timmar. Om vi inte hinner berättar vi det och föreslår en lösning.",
            "en": "We answer you within 24 hours. If we cannot, we tell you and offer a solution.",
        },
        rate=True,
        places=(
            (PLACE.WEB, "Yhteystiedot-sivu", "Vastaamme sinulle 24 tunnissa. Jos emme pysty, kerromme siitä ja "
             "ehdotamme ratkaisua."),
            (PLACE.ADVERTISEMENT, "Radiospotti, kevät", "Vastaamme aina vuorokaudessa."),
        ),
    ),
    "vanhat-renkaat": PromiseSpec(
        "Vanhat renkaat kierrätetään",
        "Jokainen meille jätetty vanha rengas kierrätetään.",
        "renkaanvaihto",
        (_test("tyres.processed", "recycled", Decimal("99")),),
        (
            Duty(
                "Asentaja",
                "Kysy jokaiselta asiakkaalta vanhoista renkaista.",
                "employee",
                "Vartin perehdytys: mitä vanhoille renkaille tapahtuu",
                (
                    _test(
                        "visit.completed", "asked_old_tyres", 95, part=Rule.Part.INSTRUCTION,
                        wording="Kysy asiakkaalta vanhoista renkaista",
                    ),
                    _test(
                        "visit.completed", "handed_in", 90, part=Rule.Part.INSTRUCTION_TARGET,
                        wording="90 % jättää vanhat renkaansa meille", excluded_property="no_old_tyres",
                    ),
                ),
            ),
        ),
        "”En tiedä, mitä vanhoilla renkailla pitäisi tehdä.” (haastattelut, 8 asiakasta)",
        "Vanhoista renkaista pääsee eroon hyvällä omallatunnolla.",
        ("jokainen", "kierrätetään"),
        "Tein oikein.",
        element=ELEMENT.RETURNS,
        began=120,
        told=None,
    ),
    "aika-pitaa": PromiseSpec(
        "Aika pitää",
        "Renkaanvaihtosi alkaa viimeistään 15 minuuttia varatusta ajasta.",
        "odotustila",
        ({"opening_type": "visit.arrived", "closing_type": "visit.started", "due_property": "due", "target": 85},),
        (Duty("Asentaja", "Hae asiakas odotustilasta varattuna aikana.", "employee"),),
        "”Varasin ajan, ja silti odotin.” (käyntikysely, yleisin moite)",
        "Varattu aika on sovittu aika.",
        ("15 minuuttia",),
        "Aikaani kunnioitetaan.",
        wordings={
            "sv": "Ditt däckbyte börjar senast 15 minuter efter bokad tid.",
            "en": "Your tyre change begins at most 15 minutes after the time you booked.",
        },
        rate=True,
        places=((PLACE.SHELF, "Vastaanoton juliste, kaikki myymälät", "Renkaanvaihtosi alkaa viimeistään 15 minuuttia "
                 "varatusta ajasta."),),
    ),
    "reklamaatio-paivassa": PromiseSpec(
        "Reklamaatioon vastataan työpäivässä",
        "Vastaamme reklamaatioosi yhden työpäivän aikana.",
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
        (Duty("Asiakasneuvoja", "Lue reklamaatiot aamulla ensimmäisenä ja soita, jos asia on epäselvä.", "handler"),),
        "”Kun jokin menee pieleen, haluan, että joku ottaa siitä kopin.” (reklamaatiot)",
        "Joku vastaa nopeasti omalla nimellään.",
        ("työpäivässä",),
        "Minua kuunnellaan.",
        wordings={"sv": "Vi svarar på din reklamation inom en arbetsdag.",
                  "en": "We answer your complaint within one working day."},
    ),
    "perilla-luvattuna": PromiseSpec(
        "Renkaat perillä luvattuna päivänä",
        "Renkaasi ovat asennuspaikalla luvattuna päivänä.",
        "toimitus",
        ({"opening_type": "order.placed", "closing_type": "order.delivered", "due_property": "promised_by",
          "target": 93},),
        (Duty("Verkkomyyjä", "Lupaa vain päivä, jonka kuljetus on vahvistanut."),),
        "”Tulin paikalle, eivätkä renkaat olleet.” (toimituskysely)",
        "Renkaat ovat siellä, kun minäkin.",
        ("luvattuna päivänä",),
        "Voin luottaa.",
        element=ELEMENT.AVAILABILITY,
        wordings={"sv": "Dina däck är på plats den utlovade dagen.", "en": "Your tyres are there on the promised day."},
        places=((PLACE.MESSAGE, "Tilausvahvistus", "Renkaasi ovat asennuspaikalla luvattuna päivänä."),),
    ),
    "anturi-soitto": PromiseSpec(
        "Soitamme rengashälytyksestä",
        "Kun anturi huomaa vajaan renkaan, otamme yhteyttä kahdessa tunnissa.",
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
        (Duty("Asiakasneuvoja", "Soita hälytyksestä ennen muita puheluita.", "handler"),),
        "”Säikähdin varoitusvaloa.” (anturiasiakkaiden haastattelut)",
        "Joku kertoo heti, voiko ajaa.",
        ("kahdessa tunnissa",),
        "Olen turvassa.",
        began=16,  # of four weeks: not ready for the public yet
        told=None,
    ),
    "lasku-tasmaa": PromiseSpec(
        "Lasku vastaa tarjousta",
        "Laskussa ei ole yllätyksiä: maksat sen, mitä sovimme.",
        "lasku",
        (_test("invoice.sent", "matches_offer", 97),),
        (Duty("Laskuttaja", "Jos työ muuttuu, sovi hinnasta asiakkaan kanssa ennen laskua."),),
        "”Hinta olikin toinen.” (laskukysely)",
        "Sovittu hinta pitää.",
        ("ei yllätyksiä",),
        "Reilua peliä.",
        element=ELEMENT.ACCURACY,
        wordings={"sv": "Inga överraskningar på fakturan: du betalar det vi kom överens om.",
                  "en": "No surprises on your invoice: you pay what we agreed."},
        rate=True,
    ),
    "nouto-ajallaan": PromiseSpec(
        "Nouto sovittuna aikana",
        "Noudamme yritysauton sovittuna aikana.",
        "nouto",
        ({"opening_type": "pickup.agreed", "closing_type": "pickup.done", "due_property": "due", "target": 90},),
        (Duty("Kuljettaja", "Soita asiakkaalle heti, jos myöhästyt."),),
        "”Auto seisoi pihassa koko aamun.” (yritysasiakkaat)",
        "Nouto tapahtuu, kun sovittiin.",
        ("sovittuna aikana",),
        "Työpäivä jatkuu.",
        wordings={"sv": "Vi hämtar företagets bil på avtalad tid.",
                  "en": "We pick up your company car at the time agreed."},
    ),
    "kerralla-kuntoon": PromiseSpec(
        "Kerralla kuntoon",
        "Ratkaisemme asiasi yhdellä yhteydenotolla.",
        "apu-puhelin",
        (
            {
                "kind": Rule.Kind.SURVEY,
                "match": Rule.Match.EVENT,
                "survey": "apu",
                "property": "fcr",
                "operator": "eq",
                "value": 100,
                "target": 55,
            },
        ),
        (Duty("Asiakasneuvoja", "Kysy lopuksi: ”Tuliko asia nyt kuntoon?”", "handler"),),
        "”Selitin saman kolmelle.” (apukysely)",
        "Asia hoituu yhdellä kertaa.",
        ("kerralla",),
        "Helppoa.",
        element=ELEMENT.OTHER,
        visibility=Promise.Visibility.INTERNAL,
        began=400,
        told=330,
    ),
    "yhteys-yrityksiin": PromiseSpec(
        "Yhteys neljännesvuosittain",
        "Otamme sinuun yhteyttä vähintään kerran neljännesvuodessa.",
        "avainasiakkaat",
        (
            {
                "kind": Rule.Kind.CADENCE,
                "match": Rule.Match.CUSTOMER,
                "period": Rule.Period.QUARTER,
                "opening_type": "pickup.agreed",
                "closing_type": "account.contacted",
                "minimum_count": 1,
                "target": 90,
            },
        ),
        (Duty("Avainasiakasvastaava", "Soita jokaiselle yritysautoilijalle kerran neljännesvuodessa."),),
        "”Kuulen teistä vain, kun lasku tulee.” (yritysasiakkaat)",
        "Joku pitää yhteyttä, vaikka mikään ei ole rikki.",
        ("neljännesvuosittain",),
        "Meidät muistetaan.",
        element=ELEMENT.CONTACT,
        wordings={"sv": "Vi hör av oss till dig minst en gång i kvartalet.",
                  "en": "We get in touch with you at least once a quarter."},
        places=((PLACE.CONTRACT, "Yritysautojen palvelusopimus", "Otamme sinuun yhteyttä kerran kuukaudessa."),),
    ),
}  # fmt: skip
