"""Run pgrls over a freshly migrated database: which tables lack row-level security, which policies are weak.

usage: python tools/lint_rls.py UV. By `uv tool run`, outside the project's environment: pgrls brings psycopg 3,
which Django prefers whenever it can be imported. What we leave out and why is in pgrls.toml.
"""

import os
import secrets
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cxplatform import embedded  # noqa: E402 (after the path)

PGRLS = "pgrls==0.57.1"


def main(uv: str) -> int:
    """The linter's exit code."""
    with embedded.temporary() as places:
        environment = {
            **os.environ,
            "DATABASE_URL": places.database_url,
            "DATABASE_OWNER_URL": places.database_owner_url,
            "REDIS_URL": places.redis_url,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "CX_DATA": str(places.data),
        }
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
        subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
        lint = [uv, "tool", "run", "--quiet", "--from", PGRLS, "pgrls", "lint", "--min-severity", "warning"]
        # as the owner: only who owns a policy sees all of it
        return subprocess.run([*lint, "--database-url", places.database_owner_url], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
