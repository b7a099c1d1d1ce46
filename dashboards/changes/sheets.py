"""What was found as tables for files: a sheet a kind."""

from django.utils.translation import gettext as _

from dashboards.changes.page import FindingsPage
from dashboards.sheets import Column, Sheet


def sheets(page: FindingsPage) -> list[Sheet]:
    """The sentences with their figures, which differ by kind and so stand as text."""
    columns = (
        Column("text", _("What was found")),
        Column("figures", _("Figures")),
        Column("since", _("Since"), "date"),
    )
    return [
        Sheet(
            section.kind,
            str(section.title),
            columns,
            [(line.text, "; ".join(line.figures), line.insight.start) for line in section.lines],
        )
        for section in page.sections
    ]
