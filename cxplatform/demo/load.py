"""Loading Rengasala through the same bulk write path that imports use; a second run finishes a first one."""

import random
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from cxplatform.demo import company, earlier, mirror, remembered
from cxplatform.demo.visits import CUSTOMERS, DAYS, FLEETS, Told, days
from cxplatform.pipeline import history
from cxplatform.tenancy import audit
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry, Tenant
from journeys.models import Customer
from journeys.record import record
from surveys.answer import record_responses

SOURCE = "rengasala"
EVENTS_AT_ONCE = 4_000

_FIRST = ("Aino", "Eero", "Helmi", "Juhani", "Kaisa", "Lauri", "Maria", "Niklas", "Onni", "Petra", "Sofia", "Ville")
_LAST = (
    "Korhonen",
    "Virtanen",
    "Mäkinen",
    "Nieminen",
    "Lindqvist",
    "Hämäläinen",
    "Laine",
    "Koskinen",
    "Nyman",
    "Rantanen",
)

Progress = Callable[[str, float], None]


def password() -> str:
    """The demo people's password: CX_DEMO_PASSWORD, else made once and kept beside the data."""
    if settings.DEMO_PASSWORD:
        return settings.DEMO_PASSWORD
    file = settings.DATA / "demo_password"
    if not file.exists():
        settings.DATA.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(f"renkaat-{secrets.token_hex(4)}")
    return file.read_text()


def load(*, until: date, progress: Progress = lambda text, share: None) -> Tenant | None:
    """Make the company and its 24 months up to `until`; None when it is here whole already.

    A load that was cut short is taken up with the date it began with.
    """
    tenant = company.loaded()
    if tenant is None:
        tenant = company.found(password=password(), until=until)
    with activate(tenant.pk):
        marks = dict(
            AuditEntry.objects.filter(model="tenancy.tenant", action__in=["founded", "loaded"]).values_list(
                "action", "changes"
            )
        )
    if "loaded" in marks:
        return None
    until = date.fromisoformat(marks["founded"]["until"])
    now = datetime.fromisoformat(marks["founded"]["now"])
    _customers(tenant)
    with activate(tenant.pk):
        earlier.tell(until=until)
    with history.kept_from_workers(tenant.pk):
        for share, batch in _ahead(_batches(until=until, now=now)):
            _send(tenant, batch)
            progress("days", share)
        history.count(tenant.pk)
    with activate(tenant.pk):
        audit.record("loaded", tenant, before=audit.state(tenant), days=DAYS)
    return tenant


def _batches(*, until: date, now: datetime) -> Iterator[tuple[float, Told]]:
    """What happened, some days at a time, each with the share of the whole that it ends."""
    batch = Told()
    for number, told in enumerate(days(until=until, now=now), start=1):
        batch.events += told.events
        batch.answers += told.answers
        if len(batch.events) >= EVENTS_AT_ONCE or number == DAYS:
            yield number / DAYS, batch
            batch = Told()
    asked = [*mirror.answers(until=until, asked=range(CUSTOMERS)), *remembered.words(until=until)]
    yield 1.0, Told(answers=asked)


def _ahead(batches: Iterator[tuple[float, Told]]) -> Iterator[tuple[float, Told]]:
    """The same batches, the next made while the database stores the one before."""
    with ThreadPoolExecutor(1) as teller:
        told = teller.submit(next, batches, None)
        while batch := told.result():
            told = teller.submit(next, batches, None)
            yield batch


def _send(tenant: Tenant, batch: Told) -> None:
    with activate(tenant.pk):
        events = record(events=batch.events, source=SOURCE)
        answers = record_responses(batch.answers, collected_by="import")
    refused = [*events.rejected, *answers.rejected]
    if refused:
        raise RuntimeError(f"The demo made {len(refused)} rows that were rejected, the first: {refused[0]}")


def _customers(tenant: Tenant) -> None:
    rng = random.Random("rengasala customers")  # noqa: S311 (invented names)
    with activate(tenant.pk):
        if Customer.objects.exists():
            return
        rows = []
        for number in range(CUSTOMERS):
            fleet = number < FLEETS
            name = f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"
            rows.append(
                Customer(
                    external_id=f"A{10_000 + number}",
                    name=name,
                    email=f"asiakas{10_000 + number}@example.com",
                    locale=rng.choices(("fi", "sv", "en"), (88, 8, 4))[0],
                    account=f"Yritys {number // 12 + 1} Oy" if fleet else "",
                    role="kuljettaja" if fleet else "",
                    dimensions={"segment": "yritys" if fleet else "yksityinen"},
                )
            )
        Customer.objects.bulk_create(rows, batch_size=4_000)


def present() -> date:
    """Today, as Rengasala's calendar has it."""
    return timezone.localdate()
