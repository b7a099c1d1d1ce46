"""What Rengasala changed for its customers, from which day, and how it told them: one fix that worked, one that
nobody noticed."""

from datetime import date, timedelta

from cxplatform.demo.story import FAULT_MENDED
from dashboards.models import JourneyChange
from journeys.models import Touchpoint
from surveys.models import Deed

# days before the end, what, where, by whom
CHANGES = (
    (FAULT_MENDED, "Ajanvarauksen kadonneet ajat korjattiin", "ajanvaraus", "Verkkotiimi"),
    (130, "Chat auki iltayhdeksään", "apu-chat", "Asiakaspalvelu"),
)
# the same told to customers: days before the end, where, what they said and what was done, by language
DEEDS = (
    (
        FAULT_MENDED,
        "ajanvaraus",
        {"fi": "Varaamani aika katosi.", "sv": "Min bokade tid försvann.", "en": "My booked time disappeared."},
        {
            "fi": "Kadonneiden aikojen vika on korjattu, ja vahvistus tulee nyt heti.",
            "sv": "Felet är åtgärdat, och bekräftelsen kommer nu genast.",
            "en": "The fault is mended, and the confirmation now comes at once.",
        },
    ),
    (
        130,
        "apu-chat",
        {"fi": "Chat menee kiinni liian aikaisin.", "sv": "Chatten stänger för tidigt."},
        {"fi": "Chat palvelee nyt iltayhdeksään.", "sv": "Chatten är nu öppen till nio på kvällen."},
    ),
)


def tell(*, until: date) -> None:
    """Note the active tenant's changes, and tell its customers."""
    places = {place.slug: place for place in Touchpoint.objects.filter(slug__in=[slug for _, _, slug, _ in CHANGES])}
    for ago, what, slug, made_by in CHANGES:
        JourneyChange.objects.create(
            day=until - timedelta(days=ago), what=what, touchpoint=places[slug], made_by=made_by
        )
    for ago, slug, said, did in DEEDS:
        Deed.objects.create(
            done_on=until - timedelta(days=ago), touchpoint=places[slug], said=said, did=did, published=True
        )
