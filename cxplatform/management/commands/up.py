"""`make up`: everything on this machine in one foreground process."""

import errno
import signal
import socket
import time
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import OperationalError, connection

from cxplatform import assets, embedded
from cxplatform.catalogues import compile_catalogues
from cxplatform.processes import ChildError
from cxplatform.programs import Beat, Live, Manage, Web, Worker, kill_strays
from cxplatform.supervisor import AlreadyRunning, Supervisor, hold
from cxplatform.tenancy.rls import Unsafe, verify

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Command(BaseCommand):
    help = "Run the database, the broker, the web server, the worker and the clock on this machine until Ctrl-C."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for number in ENDINGS:
            signal.signal(number, interrupt)
        self.began = time.monotonic()
        supervisor = Supervisor(self.say)
        try:
            with hold(settings.DATA, url=settings.PUBLIC_URL):
                try:
                    self.start(supervisor)
                    supervisor.watch()
                finally:
                    for number in ENDINGS:
                        signal.signal(number, signal.SIG_IGN)  # stopping takes its time, and ends by itself
                    self.say("Stopping")
                    supervisor.stop()
        except KeyboardInterrupt:
            self.say("Stopped")
        except OperationalError as error:
            raise CommandError(f"DATABASE_URL: the database does not answer. {error}") from None
        except (AlreadyRunning, ChildError, Unsafe) as error:
            raise CommandError(str(error)) from None

    def start(self, supervisor: Supervisor) -> None:
        """Start everything in order; returns when all of it is ready, having said so."""
        kill_strays(settings.DATA)
        require_free_port(settings.BIND, settings.PORT)
        compile_catalogues()
        if settings.EMBEDDED:
            self.say(f"Starting PostgreSQL and Valkey in {settings.DATA}")
            places = embedded.locations(settings.DATA)
            supervisor.start(embedded.Valkey(places), embedded.Postgres(places), meanwhile=assets.collect)
        else:
            assets.collect()
        self.say("Migrating")
        call_command("migrate", verbosity=0, interactive=False)
        verify()
        demo = self.begin_demo() if settings.DEMO else None
        self.say("Starting web, worker and beat")
        web = Web(settings.DATA, host=settings.BIND, port=settings.PORT)
        supervisor.start(web, Worker(settings.DATA), Beat(settings.DATA))
        sign_in = f"  Sign up   {settings.PUBLIC_URL}/accounts/signup/"
        if demo:
            sign_in = self.finish_demo(supervisor, demo)
        connection.close()
        self.say("All started")
        self.stdout.write(f"Ready: {settings.PUBLIC_URL}")
        self.stdout.write(sign_in)
        self.stdout.write(f"  Data      {settings.DATA} (logs in {settings.DATA / 'log'})")
        self.stdout.write("  Stop      Ctrl-C")
        self.stdout.flush()

    def begin_demo(self) -> Manage:
        """Begin to load the demo company where it is missing: it needs the database alone, so the rest can start."""
        self.say("Loading the demo company (CX_DEMO=0 leaves it out)")
        demo = Manage(settings.DATA, "demo")
        demo.launch()
        return demo

    def finish_demo(self, supervisor: Supervisor, demo: Manage) -> str:
        """Wait until it is loaded and counted, and return how to sign in to it."""
        supervisor.watch(until=demo.ended)
        sign_in = demo.finish()
        if settings.LIVE:
            supervisor.start(Live(settings.DATA))
        return sign_in

    def say(self, text: str) -> None:
        """One line about what happens, with the seconds since the start; flushed, as it may go to a file."""
        self.stdout.write(f"[{time.monotonic() - self.began:5.1f} s] {text}")
        self.stdout.flush()


def interrupt(number: int, frame: FrameType | None) -> None:
    """Every way of asking to stop is a Ctrl-C."""
    raise KeyboardInterrupt


def require_free_port(host: str, port: int) -> None:
    """Raise CommandError when the web server could not listen there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left is free
        try:
            listener.bind((host, port))
        except PermissionError:
            raise CommandError(f"PORT is {port}, which this user may not listen on. Set it to 1024 or more.") from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise CommandError(
                    f"CX_BIND is {host!r}: {error.strerror}. Set it to an address of this machine."
                ) from None
            raise CommandError(
                f"Port {port} is taken by another program. Set PORT to a free one, for example: PORT={port + 1} make up"
            ) from None
