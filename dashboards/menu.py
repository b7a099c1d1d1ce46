"""The rooms of the menu's Analysis group, in the order in which they are read: one line for each page."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import Membership
from cxplatform.tenancy.roles import Permission


class Entry(NamedTuple):
    """A page by the name of its address. `whole_company` is one whose figures cannot be divided by unit; `section`
    is what its view puts into the context to be marked as the present page, the name of the address where empty."""

    name: str
    title: str | Promise
    whole_company: bool = True
    permission: Permission = Permission.SEE_RESULTS
    section: str = ""

    @property
    def key(self) -> str:
        return self.section or self.name


ENTRIES: tuple[Entry, ...] = (
    Entry("feedback", _("Feedback"), whole_company=False),
    Entry("chair", _("The customer's chair")),
    Entry("findings", _("Findings")),
    Entry("focus", _("Focus")),
    Entry("blind_spots", _("Blind spots")),
    Entry("ahead", _("What is coming")),
    Entry("improvements", _("Improvements"), whole_company=False),
    Entry("follow_up_figures", _("Closing the loop"), whole_company=False),
    Entry("changes", _("Changes")),
    Entry("levels", _("Index and levels")),
    Entry("kpis", _("KPIs")),
    Entry("beside", _("Sales beside scores")),
    Entry("worth", _("Value of customers")),
    Entry("cases", _("Business cases")),
    Entry("days", _("Past days")),
    Entry("asking", _("Asking")),
    Entry("topics", _("Topics"), permission=Permission.DEFINE),
    Entry("deeds", _("Said and done"), permission=Permission.DEFINE),
    Entry("invited", _("Invited customers"), whole_company=False, permission=Permission.SEE_IDENTITY),
    Entry("plan", _("Plan")),
    Entry("meetings", _("Meetings"), whole_company=False),
    Entry("experiments", _("Experiments")),
    Entry("huddle", _("Weekly huddle"), whole_company=False),
    Entry("coaching", _("Coaching"), whole_company=False),
    Entry("gestures", _("Gestures")),
    Entry("staff_results", _("Results for staff"), whole_company=False, permission=Permission.SEE_STAFF_RESULTS),
    Entry("results_settings", _("Public results page"), permission=Permission.DEFINE),
)


def entries_for(membership: Membership) -> tuple[Entry, ...]:
    """The pages that a member may open."""
    return tuple(
        entry
        for entry in ENTRIES
        if membership.may(entry.permission) and not (entry.whole_company and membership.of_units)
    )
