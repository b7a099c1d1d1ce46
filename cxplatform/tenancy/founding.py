"""A new company: its address, its first admin, and what each room puts into it from the start."""

import unicodedata
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from cxplatform.tenancy import audit
from cxplatform.tenancy.context import Actor, activate
from cxplatform.tenancy.models import Membership, Tenant, User
from cxplatform.tenancy.roles import Role

Furnish = Callable[[Tenant], None]
Beginnings = Callable[[str], list[tuple[str, str]]]
Begin = Callable[[str, str], None]
_furnishings: list[Furnish] = []
_offer: Beginnings = lambda language: []  # noqa: E731
_begin: Begin = lambda name, language: None  # noqa: E731


def register(furnish: Furnish) -> None:
    """Have `furnish(tenant)` called for every new company, inside its founding transaction.

    For the rooms above this one, from `AppConfig.ready()`: channels, opening hours and the like.
    """
    if furnish not in _furnishings:
        _furnishings.append(furnish)


def register_beginnings(offer: Beginnings, begin: Begin) -> None:
    """Have `offer(language)` name what a company can begin with, (name, title), and `begin(name, language)` make it."""
    global _offer, _begin
    _offer, _begin = offer, begin


def beginnings(language: str) -> list[tuple[str, str]]:
    """What a new company can begin with, in this language: (name, title)."""
    return _offer(language)


def found(*, name: str, language: str, admin: User, beginning: str = "") -> Tenant:
    """Make a company with a free address, this person as its admin, the rooms' first things and its beginning."""
    with transaction.atomic():
        tenant = _create(name=name, language=language)
        with activate(tenant.pk, actor=Actor(label=admin.email, user_id=admin.pk)):
            audit.record("created", tenant)
            audit.record("created", Membership.objects.create(tenant=tenant, user=admin, role=Role.ADMIN))
            for furnish in _furnishings:
                furnish(tenant)
            if beginning:
                _begin(beginning, language)
    return tenant


def free_slug(name: str) -> str:
    """An address nobody has, made of the name: `rengasala`, `rengasala-2` ..."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    base = slugify(plain).replace("_", "-").strip("-")[:40].strip("-") or "company"
    taken = set(Tenant.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def _create(*, name: str, language: str) -> Tenant:
    for _ in range(5):
        try:
            with transaction.atomic():
                return Tenant.objects.create(name=name, language=language, slug=free_slug(name))
        except IntegrityError:  # somebody of the same name was faster
            continue
    raise RuntimeError(f"No free address was found for {name!r}.")
