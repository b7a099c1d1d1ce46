"""`migrate` alone acts as the owner of the tables; everything else is the application's plain role.

Into an empty database the ready-made tables go first, and then what they do not hold yet.
"""

from typing import Any

import dj_database_url
from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as Migrate
from django.db import connection

from cxplatform.tenancy import ready_made

_NOT_ALL_OF_IT = ("app_label", "plan", "check_unapplied", "fake")


class Command(Migrate):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--one-by-one", action="store_true", help="take every migration, also into an empty database"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DATABASE_OWNER_URL:
            raise CommandError("Set DATABASE_OWNER_URL to the address of the role that owns the tables.")
        application = dict(connection.settings_dict)
        owner = dj_database_url.parse(settings.DATABASE_OWNER_URL)
        connection.close()
        for name in ("USER", "PASSWORD", "HOST", "PORT"):  # not NAME: tests migrate a database of their own
            connection.settings_dict[name] = owner[name]
        connection.settings_dict["OPTIONS"] = owner.get("OPTIONS", {})
        try:
            if not options["one_by_one"] and not any(options[name] for name in _NOT_ALL_OF_IT):
                ready_made.take()
            super().handle(*args, **options)
            grant(dj_database_url.parse(settings.DATABASE_URL)["USER"])
        finally:
            connection.close()
            connection.settings_dict.update(application)


def grant(role: str) -> None:
    """Give the application's role what it needs and no more: rows yes, tables no, history only to add to."""
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(role)
        for statement in (
            f"GRANT USAGE ON SCHEMA public TO {name}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
            f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {name}",
            f"REVOKE UPDATE, DELETE ON tenancy_auditentry FROM {name}",
            f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {name}",
        ):
            cursor.execute(statement)
