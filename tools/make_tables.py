"""Make cxplatform/tenancy/tables.sql.gz anew from all migrations taken one by one: after writing or squashing some.

usage: .venv/bin/python tools/make_tables.py
"""

import gzip
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cxplatform import embedded


def main() -> None:
    with embedded.temporary() as places:
        os.environ |= {
            "CX_DATA": str(places.data),
            "DATABASE_URL": places.database_url,
            "DATABASE_OWNER_URL": places.database_owner_url,
            "REDIS_URL": places.redis_url,
            "SECRET_KEY": "only-for-tables-" * 4,
            "DJANGO_SETTINGS_MODULE": "cxplatform.settings",
        }
        import django

        django.setup()
        from django.core.management import call_command

        from cxplatform.tenancy.ready_made import TABLES

        call_command("migrate", one_by_one=True, verbosity=0, interactive=False)
        dump = subprocess.run(
            [
                embedded.postgres_binary("pg_dump"),
                *("--host", str(places.socket_folder), "--port", str(embedded.PORT), "--username", "postgres"),
                *("--no-owner", "--no-privileges", "--no-comments", "--inserts", "--rows-per-insert", "500"),
                embedded.DATABASE,
            ],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        TABLES.write_bytes(gzip.compress(statements(dump).encode(), mtime=0))


def statements(dump: str) -> str:
    """The dump without what is for psql and for servers with other settings."""
    left_out = ("--", "\\", "SET ", "SELECT pg_catalog.set_config(")
    return "\n".join(line for line in dump.splitlines() if line and not line.startswith(left_out)) + "\n"


if __name__ == "__main__":
    main()
