"""What a new company has from the start, and its units as the member settings list them."""

from django.utils import translation
from django.utils.translation import gettext

from cxplatform.tenancy.models import Tenant
from journeys.models import Channel, Unit

# (slug, digital)
_CHANNELS = [("shop", False), ("web", True), ("phone", False), ("chat", True), ("email", True)]


def make_channels(tenant: Tenant) -> None:
    """The five channels most companies have, named in the company's language."""
    with translation.override(tenant.language):
        names = {
            "shop": gettext("Shop"),
            "web": gettext("Website"),
            "phone": gettext("Phone"),
            "chat": gettext("Chat"),
            "email": gettext("E-mail"),
        }
    Channel.objects.bulk_create(
        Channel(slug=slug, name=names[slug], digital=digital, message_by="email" if slug == "email" else "")
        for slug, digital in _CHANNELS
    )


def list_units() -> list[tuple[int, str]]:
    """(id, name) of the active tenant's units in use, by name."""
    return list(Unit.objects.in_use().values_list("id", "name"))
