"""The tabs of a promise's page. A room that has something to say of a promise adds a tab of its own here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from promises.board.exclusions import load_exclusions
from promises.board.instance_views import load_instances
from promises.board.page import load_kept
from promises.instructions import tab as instructions
from promises.making.made import life_tab, made_tab
from promises.models import Promise
from promises.publishing import tab as places

KEPT = "kept"


@dataclass(frozen=True)
class Tab:
    """`load(request, promise)` gives the template what it needs beside `promise`; it may raise BadAddress.

    The template is a part of a page, without a heading of the first level.
    """

    label: Lazy
    template: str
    load: Callable[[HttpRequest, Promise], Mapping[str, Any]]


TABS: dict[str, Tab] = {
    KEPT: Tab(_("How it is kept"), "promises/_kept.html", load_kept),
    "instances": Tab(_("Instances"), "promises/_instances.html", load_instances),
    "exclusions": Tab(_("Exclusions"), "promises/_exclusions.html", load_exclusions),
    instructions.TAB: Tab(
        _("Instructions to staff"), "promises/instructions/_instructions.html", instructions.load_instructions
    ),
    places.TAB: Tab(_("Where it is published"), "promises/publishing/_of_promise.html", places.load_places),
    "history": Tab(_("What can be promised"), "promises/feasible/_tab.html", lambda request, promise: {}),
    "made": Tab(_("How it was made"), "promises/making/_made.html", made_tab),
    "life": Tab(_("Life"), "promises/making/_life.html", life_tab),
}


class TabConverter:
    """The part of an address that names a tab other than the first; asked anew, as rooms add theirs."""

    regex = "[a-z-]+"

    def to_python(self, value: str) -> str:
        if value == KEPT or value not in TABS:
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        return value
