"""POST to an address that a company chose: never into our own network, never for long, never much of an answer."""

import ipaddress
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPException
from threading import Timer
from urllib.parse import SplitResult, urlsplit

import urllib3
from django.conf import settings
from django.utils.translation import gettext as _
from urllib3.connection import HTTPConnection, HTTPSConnection

SECONDS = 15  # for a whole request, however slowly it drips
_PAUSE = 10  # for one step of it
_LONGEST_ANSWER = 1_000
_LONGEST_URL = 500
# All of IPv6 that is given out for the internet lies here. Python calls more of it global: site-local addresses, and
# those in which a gateway (RFC 6052) or an old stack reads an IPv4 address of our own network.
_GLOBAL = ipaddress.ip_network("2000::/3")
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


class Refused(ValueError):
    """An address we do not post to; the text says why."""


class NotTaken(RuntimeError):
    """The endpoint did not take it; `status` is its answer, None where there was none, `after` the wait it asks for."""

    def __init__(self, message: str, status: int | None = None, after: timedelta | None = None) -> None:
        super().__init__(message)
        self.status, self.after = status, after


@dataclass(frozen=True)
class Answer:
    status: int
    text: str


def check(url: str) -> SplitResult:
    """The address in parts. Raises Refused for one that is not whole, not https, or of our own network."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused(_("This is no address. Write it like https://example.com/hooks.")) from None
    if not parts.hostname or parts.scheme not in ("http", "https") or len(url) > _LONGEST_URL or port == 0:
        raise Refused(_("This is no address. Write it like https://example.com/hooks."))
    if parts.username or parts.password:
        raise Refused(_("Leave out user and password: the signature tells that it is us."))
    if settings.WEBHOOKS_INSIDE:
        return parts
    if parts.scheme != "https":
        raise Refused(_("Use an address that begins with https."))
    if _written_inside(parts.hostname):
        raise Refused(_("This address lies in our own network, where we do not post."))
    return parts


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Post and return what was answered, if 2xx. Raises Refused or NotTaken.

    The name is looked up once and that very address is used: a name that changes between look-ups leads nowhere.
    Redirects are not followed, as they would lead past all of this.
    """
    parts = check(url)
    connection = _connect(parts)
    stop = Timer(SECONDS, _cut, [connection])
    stop.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        named = str(parts.hostname) if parts.port is None else f"{parts.hostname}:{parts.port}"
        connection.request("POST", path, body=body, headers={**headers, "Host": named}, preload_content=False)
        answer = connection.getresponse()
        # No database stores a NUL; an endpoint may answer anything.
        text = answer.read(_LONGEST_ANSWER, decode_content=False).decode("utf-8", "replace").replace("\x00", "")
    except (urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError) as error:
        raise NotTaken(f"{type(error).__name__}: {error}"[:300]) from error
    finally:
        stop.cancel()
        connection.close()
    if not 200 <= answer.status < 300:
        raise NotTaken(f"{answer.status}: {text}"[:300], answer.status, _after(answer.headers.get("Retry-After", "")))
    return Answer(answer.status, text)


def _connect(parts: SplitResult) -> HTTPConnection:
    """A connection to the very address that was looked at, under the name it was asked for."""
    host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
    address = _address(host, port)
    if parts.scheme == "http":
        return HTTPConnection(address, port, timeout=_PAUSE)
    return HTTPSConnection(
        address, port, timeout=_PAUSE, cert_reqs="CERT_REQUIRED", server_hostname=host, assert_hostname=host
    )


def _address(host: str, port: int) -> str:
    """One address of a host, if all of them lie outside. Raises Refused or NotTaken."""
    try:
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise NotTaken(_("The name of this address is not known.")) from error
    if not settings.WEBHOOKS_INSIDE and not all(map(_outside, found)):
        raise Refused(_("This address lies in our own network, where we do not post."))
    return found[0]


def _written_inside(host: str) -> bool:
    """Whether a host written as an address, or as this machine's name, lies in our own network."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return not _outside(host)
    except ValueError:
        return False


def _outside(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found in _TRANSLATED:
            found = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        elif found not in _GLOBAL or (found.sixtofour and not found.sixtofour.is_global):
            return False
    return found.is_global and not found.is_multicast


def _after(header: str) -> timedelta | None:
    """How long an endpoint asks to be left alone, at most two hours; as seconds, which is what chats send."""
    seconds = header.strip()
    if not (seconds.isascii() and seconds.isdigit()):
        return None
    return timedelta(seconds=min(int(seconds[:9]), 7_200))  # Python refuses to read a number of thousands of digits


def _cut(connection: HTTPConnection) -> None:
    """Take the wire from under a request that lasts too long; whoever waits on it fails at once."""
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)
