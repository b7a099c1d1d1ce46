"""What a unit manager may ask: their own units' figures, not the company's and no other unit's."""

from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from cxplatform.tenancy.models import Membership
from dashboards.query import DEFAULT_VIEW, PLACES, BadQuery, Query, Segment
from dashboards.structure import UNIT


def own_units(membership: Membership) -> tuple[str, ...]:
    """Ids of the units to which a member's view is limited, as the rollups write them; none: the whole company."""
    return tuple(map(str, membership.unit_ids)) if membership.of_units else ()


def narrowed(query: Query, membership: Membership) -> Query:
    """The query within the member's own units: of the first where it names none. Raises BadQuery for another's."""
    own = own_units(membership)
    if not own:
        return query
    segment = query.segment or Segment(UNIT, own[0])
    if segment.dimension != UNIT or segment.value not in own:
        raise BadQuery("segment", _("You see the results of your own units. Choose one of them."))
    if query.view not in (DEFAULT_VIEW, PLACES, UNIT):
        raise BadQuery("view", _("You see the results of your own units. Look at them by stage or by unit."))
    if query.compare and (query.compare.dimension != UNIT or query.compare.value not in own):
        raise BadQuery("compare", _("You see the results of your own units. Choose one of them."))
    return replace(query, segment=segment, own_units=own)


def whole_company(membership: Membership) -> None:
    """Raise PermissionDenied for a member who sees some units only: the page cannot be divided by unit."""
    if membership.of_units:
        raise PermissionDenied
