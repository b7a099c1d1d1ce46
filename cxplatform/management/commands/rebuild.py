"""Make all counts anew from raw events and answers, and say how many differed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cxplatform.pipeline.rebuild import rebuild
from cxplatform.tenancy.models import Tenant


class Command(BaseCommand):
    help = "Recount one company, or all, from raw events and answers. Says how many count rows differed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", help="the company's address (slug); all companies without it")

    def handle(self, *args: Any, **options: Any) -> None:
        tenants = Tenant.objects.order_by("slug")
        if options["tenant"]:
            tenants = tenants.filter(slug=options["tenant"])
            if not tenants:
                known = ", ".join(Tenant.objects.order_by("slug").values_list("slug", flat=True)) or "none yet"
                raise CommandError(f"There is no company {options['tenant']!r}. Known: {known}.")
        for tenant in tenants:
            for name, differing in rebuild(tenant.pk).items():
                self.stdout.write(f"{tenant.slug}  {name}: {differing} rows differed")
