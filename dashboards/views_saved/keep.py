"""Keeping views of the leadership page."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from cxplatform.tenancy import audit
from cxplatform.tenancy.models import Membership, User
from cxplatform.tenancy.roles import Permission
from dashboards.models import FirstView, SavedView
from dashboards.query import Query


def offered(membership: Membership) -> Sequence[SavedView]:
    """A member's own views and those shared, by name; `first` tells which opens at sign-in. One query."""
    mine = FirstView.objects.filter(user=membership.user, view=OuterRef("pk"))
    found = list(seen_by(membership).select_related("owner").annotate(first=Exists(mine)))
    return sorted(found, key=lambda view: view.name.casefold())


def changeable(membership: Membership) -> "QuerySet[SavedView]":
    """A member's own views; those who define may change shared ones too."""
    mine = Q(owner=membership.user)
    if membership.may(Permission.DEFINE):
        mine |= Q(shared=True)
    return SavedView.objects.filter(mine)  # type: ignore[no-any-return]


def save(*, name: str, query: Query, shared: bool, membership: Membership) -> SavedView:
    """Keep a question by a name; a view of one's own that has the name asks it from now on."""
    asks = query.querystring()
    view = SavedView.objects.filter(owner=membership.user, name__iexact=name).first()
    before = audit.stored(view) if view else None
    if view is None:
        view = SavedView(owner=membership.user)
    view.name, view.query, view.shared = name, asks, shared
    view.save()
    audit.record("changed" if before else "created", view, before=before)
    return view  # type: ignore[no-any-return]


def remove(view: SavedView) -> None:
    audit.record("removed", view, before=audit.stored(view))
    view.delete()


def open_first(*, view: SavedView, user: User, first: bool) -> None:
    """Let this view open when a person signs in, or no view."""
    FirstView.objects.filter(user=user).delete()
    if first:
        FirstView.objects.create(user=user, view=view)


def first_of(membership: Membership) -> SavedView | None:
    """The view that opens when the member signs in; None for the whole page, also where it is no longer theirs."""
    seen = seen_by(membership).filter(pk__in=FirstView.objects.filter(user=membership.user).values("view_id"))
    return seen.first()


def seen_by(membership: Membership) -> "QuerySet[SavedView]":
    """A member's own views and those shared."""
    return SavedView.objects.filter(Q(owner=membership.user) | Q(shared=True))  # type: ignore[no-any-return]
