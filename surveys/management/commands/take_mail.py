"""Take one reply from standard input, as mail servers pipe it: `|manage.py take_mail`."""

import sys
from typing import Any

from django.core.management import BaseCommand

from surveys.replies.reading import LARGEST
from surveys.replies.take import Became, take

# sysexits.h, which mail servers read: what they answer to the sender, and whether they try again.
_CODES = {Became.UNREADABLE: 65, Became.UNKNOWN: 67}
_TRY_AGAIN = 75


class Command(BaseCommand):
    help = "Take one e-mail reply from standard input. Exit codes are those of sysexits.h: 67 is no address of ours."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            became = take(sys.stdin.buffer.read(LARGEST + 1))
        except Exception as error:
            self.stderr.write(f"Not taken, try again: {type(error).__name__}")
            sys.exit(_TRY_AGAIN)
        self.stdout.write(became)
        sys.exit(_CODES.get(became, 0))
