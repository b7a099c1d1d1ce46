"""Small worlds for tests: a company, its people and keys, and a journey to measure.

What belongs to a tenant is made inside `with activate(tenant.id):` of the caller or, where a function takes a
`tenant`, by the function itself. Names are numbered, so that two of a kind never collide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from cxplatform.api.authentication import NewKey, create_key
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Membership, Scope, Tenant, User
from cxplatform.tenancy.roles import Role
from journeys.models import Channel, Customer, Dimension, Journey, Stage, Step, Touchpoint, Unit
from journeys.versions import snapshot

_number = count(1)


def make_tenant(**fields: Any) -> Tenant:
    number = next(_number)
    return Tenant.objects.create(
        **{"name": f"Company {number}", "slug": f"company-{number}", "language": "en"} | fields
    )


def make_user(email: str = "", *, password: str | None = None, **fields: Any) -> User:
    """A person with a verified address; without `password` nobody can sign in as them but `client_of`."""
    return User.objects.create_verified(email or f"person-{next(_number)}@example.org", password, **fields)


def make_member(tenant: Tenant | None = None, role: str = Role.ADMIN, **fields: Any) -> Membership:
    """A person of a company; `fields` are the membership's (`unit_ids`, `sees_identity`, `user`)."""
    user = fields.pop("user", None) or make_user()
    return Membership.objects.create(tenant=tenant or make_tenant(), user=user, role=role, **fields)


def client_of(member: Membership | User, **defaults: Any) -> Client:
    """A browser in which this person is signed in: its session is a row, without what signing in does besides."""
    user = member.user if isinstance(member, Membership) else member
    session = Session.objects.create(
        session_key=token_hex(16),
        session_data=SessionStore().encode(
            {
                SESSION_KEY: str(user.pk),
                BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                HASH_SESSION_KEY: user.get_session_auth_hash(),
            }
        ),
        expire_date=timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE),
    )
    client = Client(**defaults)
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def make_key(
    tenant: Tenant, scopes: Sequence[str] = tuple(Scope.values), *, name: str = "", expires_at: datetime | None = None
) -> NewKey:
    """A key of a company, of every scope unless told; `.secret` is what a caller sends."""
    return create_key(tenant=tenant, name=name or f"key-{next(_number)}", scopes=list(scopes), expires_at=expires_at)


def api_of(key: NewKey | str, **defaults: Any) -> Client:
    """An integrator's client: every request carries the key."""
    secret = key if isinstance(key, str) else key.secret
    return Client(headers={"authorization": f"Bearer {secret}"}, **defaults)


def make_channel(tenant: Tenant, slug: str = "", **fields: Any) -> Channel:
    return _make(tenant, Channel, slug, fields)


def make_unit(tenant: Tenant, slug: str = "", **fields: Any) -> Unit:
    return _make(tenant, Unit, slug, fields)


def make_dimension(tenant: Tenant, slug: str = "segment", **fields: Any) -> Dimension:
    return _make(tenant, Dimension, slug, fields)


def make_touchpoint(tenant: Tenant, slug: str = "", **fields: Any) -> Touchpoint:
    return _make(tenant, Touchpoint, slug, fields)


def make_customer(tenant: Tenant, external_id: str = "", **fields: Any) -> Customer:
    with activate(tenant.pk):
        return Customer.objects.create(external_id=external_id or f"customer-{next(_number)}", **fields)


@dataclass(frozen=True)
class Path:
    """A journey with its parts in order; `touchpoints[i]` is the one of `stages[i]`."""

    journey: Journey
    stages: list[Stage]
    touchpoints: list[Touchpoint]


def make_journey(
    tenant: Tenant,
    slug: str = "",
    *,
    stages: Sequence[str] = ("Choose", "Buy", "Use"),
    touchpoints: Sequence[Touchpoint] = (),
    **fields: Any,
) -> Path:
    """A journey with these stages and one touchpoint in each: those given, new ones where they run out."""
    with activate(tenant.pk):
        journey = _make(tenant, Journey, slug, fields)
        path = Path(journey, [], [])
        for position, name in enumerate(stages):
            stage = Stage.objects.create(journey=journey, name=name, position=position)
            touchpoint = touchpoints[position] if position < len(touchpoints) else make_touchpoint(tenant)
            Step.objects.create(stage=stage, touchpoint=touchpoint)
            path.stages.append(stage)
            path.touchpoints.append(touchpoint)
        snapshot(journey)
        return path


def _make(tenant: Tenant, model: Any, slug: str, fields: dict[str, Any]) -> Any:
    slug = slug or f"{model._meta.model_name}-{next(_number)}"
    with activate(tenant.pk):
        return model.objects.create(**{"slug": slug, "name": slug.replace("-", " ").capitalize()} | fields)
