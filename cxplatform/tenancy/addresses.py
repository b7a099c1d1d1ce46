"""Addresses across the border of a tenant: inside `/t/<slug>/` a plain reverse sees the tenant's pages only."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse, set_script_prefix, set_urlconf

_TENANT_PREFIX = re.compile(r"t/[^/]+/$")


def root_url(name: str, *args: Any, **kwargs: Any) -> str:
    """The path of a page outside tenants (sign-in, sign-out, health), from anywhere."""
    with _prefix(_outer_prefix()):
        return reverse(name, urlconf=settings.ROOT_URLCONF, args=args, kwargs=kwargs)


def tenant_url(slug: str, name: str, *args: Any, **kwargs: Any) -> str:
    """The path of a tenant's page, from anywhere."""
    with _prefix(f"{_outer_prefix()}t/{slug}/"):
        return reverse(name, urlconf="cxplatform.tenant_urls", args=args, kwargs=kwargs)


def tenant_home(slug: str) -> str:
    """The path of a company's first page."""
    return f"{_outer_prefix()}t/{slug}/"


def tenant_start(slug: str) -> str:
    """The path at which a member begins after signing in: the page they chose."""
    return f"{tenant_home(slug)}start"


@contextmanager
def within(slug: str) -> Iterator[None]:
    """Let a plain reverse give a tenant's pages where no request has done so: in a worker, or outside `/t/<slug>/`."""
    before = get_urlconf()
    set_urlconf("cxplatform.tenant_urls")
    try:
        with _prefix(f"{_outer_prefix()}t/{slug}/"):
            yield
    finally:
        set_urlconf(before)


def absolute(path: str) -> str:
    """A path as a whole address, for mail: never from a request's Host header, which the sender chooses."""
    return f"{settings.PUBLIC_URL}{path}"


def _outer_prefix() -> str:
    return _TENANT_PREFIX.sub("", get_script_prefix())


@contextmanager
def _prefix(prefix: str) -> Iterator[None]:
    before = get_script_prefix()
    set_script_prefix(prefix)
    try:
        yield
    finally:
        set_script_prefix(before)
