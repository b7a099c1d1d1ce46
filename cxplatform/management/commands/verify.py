"""Whether it is safe to serve from this database; run as the application's role, after migrating."""

from typing import Any

from django.core.management import BaseCommand, CommandError

from cxplatform.tenancy.rls import Unsafe, verify


class Command(BaseCommand):
    help = "Check that row-level security is on every company's table and binds the role of DATABASE_URL."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            verify()
        except Unsafe as error:
            raise CommandError(str(error)) from None
        self.stdout.write("Every company's tables are behind row-level security.")
