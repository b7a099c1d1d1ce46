"""The pages of the plan's room, in the order in which they are read."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Tab(NamedTuple):
    """A page by the name of its address."""

    name: str
    title: str | Promise


TABS: tuple[Tab, ...] = (
    Tab("plan", _("Plan")),
    Tab("assessment", _("360 assessment")),
    Tab("leeway", _("Strategy and leeway")),
    Tab("barriers", _("Barriers")),
    Tab("plan_mine", _("My part")),
)
