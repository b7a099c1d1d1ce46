"""Load the demo company Rengasala, or let a few of its customers come by all the time."""

import gc
import time
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cxplatform.demo import (
    asking,
    closing,
    company,
    focusing,
    improved,
    invited,
    levels,
    live,
    load,
    met,
    planned,
    reckoned,
    to_ourselves,
    tried,
)
from cxplatform.pipeline import claim
from cxplatform.pipeline.models import QueueRow


class Command(BaseCommand):
    help = "Load the demo company Rengasala: 24 months of customers, counted to the last event."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until", type=date.fromisoformat, help="the last day, as 2026-11-22 (default: today)")
        parser.add_argument("--live", action="store_true", help="let customers come by until stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["live"]:
            self.live()
            return
        until = options["until"] or load.present()
        if until > load.present():
            raise CommandError(f"--until is {until}, which is in the future. Give today or an earlier day.")
        gc.freeze()  # the program itself: it stays, and looking through it for garbage took a tenth of loading
        began = time.monotonic()
        tenant = load.load(until=until, progress=self.progress)
        if tenant is None:
            self.stdout.write("Rengasala is here already.")
        else:
            self.count(tenant.pk)
            levels.set_up(tenant, until=until)
            tried.set_up(tenant, until=until)
            self.count(tenant.pk)
            asking.set_up(tenant)
            focusing.choose(tenant)
            closing.close(tenant)
            to_ourselves.promise(tenant)
            invited.invite(tenant)
            self.count(tenant.pk)
            met.hold_one(tenant, until=until)
            met.seat(tenant, until=until)
            tried.tell(tenant, until=until)
            improved.improve(tenant, until=until)
            planned.plan(tenant, until=until)
            reckoned.reckon(tenant, until=until)
            self.stdout.write(f"Rengasala loaded and counted in {time.monotonic() - began:.0f} s.")
        self.stdout.write(self.sign_in())

    def live(self) -> None:
        tenant = company.loaded()
        if tenant is None:
            raise CommandError("Rengasala is not here yet. Load it first: manage.py demo")
        live.run(tenant)

    def progress(self, what: str, share: float) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r  {share:4.0%}", ending="")
            self.stdout.flush()

    def count(self, tenant_id: int) -> None:
        """Count here what no worker counts already, and wait for the worker that does."""
        while QueueRow.objects.filter(tenant_id=tenant_id).exists():
            if claim.drain(tenant_id).busy:
                time.sleep(0.2)

    def sign_in(self) -> str:
        password = load.password()
        return (
            "\n".join(
                f"  {label:9} {email}  {password}"
                for label, email in (("Leader", company.LEADER), ("CX lead", company.CX_LEAD), ("Admin", company.ADMIN))
            )
            + f"\n  Survey    {settings.PUBLIC_URL}/s/rengasvaihto"
        )
