"""Customers from files: what a file does not tell stays as it is."""

from collections.abc import Sequence

import msgspec
from django.utils.translation import gettext_lazy as _

from cxplatform.api import body
from journeys.customers import IncomingCustomer, check, upsert
from journeys.importing.events import declared
from journeys.importing.mapping import Mapping, Shape
from journeys.importing.offers import Offer, Target
from journeys.importing.reader import Values
from journeys.importing.run import Intake, Kind, Written
from journeys.models import Dimension

SHAPE = Shape(
    name="customer",
    fields=dict.fromkeys(("external_id", "name", "email", "phone", "locale", "account", "role"), "text"),
    required=("external_id",),
    tables={"dimensions": None},
)


def intake(mapping: Mapping) -> Intake:
    """Rows as customers; an empty cell changes nothing."""
    declared(mapping, shape=SHAPE)

    def item(values: Values) -> dict[str, object]:
        told: dict[str, object] = {name: value for name, value in values.fields.items() if value is not None}
        if values.tables["dimensions"]:
            told["dimensions"] = values.tables["dimensions"]
        return told

    def write(items: Sequence[dict[str, object]]) -> Written:
        rejected: dict[int, dict[str, str]] = {}
        customers: dict[str, IncomingCustomer] = {}
        for place, told in enumerate(items):
            errors = _faults(told)
            if errors:
                rejected[place] = errors
                continue
            customer = msgspec.convert(told, IncomingCustomer)
            # A customer on two rows: the later row stands, as it would have were they sent one by one.
            before = customers.pop(customer.external_id, None)
            customers[customer.external_id] = customer if before is None else _merged(before, customer)
        done = upsert(customers=list(customers.values()))
        taken = len(items) - len(rejected)
        return Written(taken, taken - done.created - done.updated, rejected)

    return Intake(item, write)


def _faults(told: dict[str, object]) -> dict[str, str]:
    for name, value in told.items():
        if isinstance(value, str) and "\x00" in value:
            return {name: "Remove the NUL character: the database cannot store it."}
    if errors := body.faults(told, IncomingCustomer):
        return dict(errors)
    return check(msgspec.convert(told, IncomingCustomer))


def _merged(before: IncomingCustomer, after: IncomingCustomer) -> IncomingCustomer:
    told = {
        name: value
        for customer in (before, after)
        for name, value in msgspec.structs.asdict(customer).items()
        if value is not msgspec.UNSET
    }
    if before.dimensions is not msgspec.UNSET and after.dimensions is not msgspec.UNSET:
        told["dimensions"] = before.dimensions | after.dimensions
    return IncomingCustomer(**told)


CUSTOMERS = Kind(name="customers", shape=SHAPE, intake=intake)


def offered() -> list[Offer]:
    """Customers, with a column for each dimension in use."""
    dimensions = Dimension.objects.in_use().values_list("slug", "name")
    return [
        Offer(
            slug="customers",
            label=_("Customers"),
            kind=CUSTOMERS,
            targets=(
                *_TARGETS,
                *(Target(f"dimensions.{slug}", name, names=(slug, name)) for slug, name in dimensions),
            ),
        )
    ]


_TARGETS = (
    Target(
        "external_id",
        _("customer number"),
        required=True,
        names=(
            *("asiakasnumero", "asiakasnro", "asiakastunnus", "asiakas id", "asiakkaan numero", "asiakas"),
            *("kundnummer", "kundnr", "kund-id", "kund", "customer number", "customer id", "customer", "id"),
        ),
    ),
    Target("name", _("name"), names=("nimi", "asiakkaan nimi", "namn", "kundens namn", "name", "customer name")),
    Target(
        "email",
        _("e-mail"),
        names=("sähköposti", "sähköpostiosoite", "s-posti", "e-post", "e-postadress", "email", "e-mail", "mail"),
    ),
    Target(
        "phone",
        _("phone"),
        names=("puhelin", "puhelinnumero", "puh", "matkapuhelin", "gsm", "telefon", "mobil", "phone", "mobile"),
    ),
    Target("locale", _("language"), names=("kieli", "asiointikieli", "språk", "language", "locale", "lang")),
    Target("account", _("account"), names=("yritys", "organisaatio", "tili", "företag", "konto", "company", "account")),
    Target("role", _("role in the account"), names=("rooli", "asema", "tehtävä", "titteli", "roll", "role", "title")),
)
