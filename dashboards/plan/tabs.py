"""The pages of the plan's room, in the order in which they are read."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Tab(NamedTuple):
    """A page by the name of its address. `own`: it can be divided by unit, or is the reader's own."""

    name: str
    title: str | Promise
    own: bool = False


TABS: tuple[Tab, ...] = (
    Tab("plan", _("Plan")),
    Tab("assessment", _("360 assessment")),
    Tab("leeway", _("Strategy and leeway")),
    Tab("barriers", _("Barriers")),
    Tab("rewards", _("KPIs and rewards")),
    Tab("metric_owners", _("Owners of metrics")),
    Tab("training", _("Training and change agents"), own=True),
    Tab("plan_mine", _("My part"), own=True),
)
