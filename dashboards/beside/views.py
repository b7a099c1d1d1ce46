"""The page of weeks: sales beside scores."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.beside.figures import HEIGHT, WIDTH, Beside, load_beside
from dashboards.leadership.views import today_of
from dashboards.out.answer import asked_for
from dashboards.scope import whole_company
from dashboards.sheets import Chart, Column, Sheet


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def beside(request: HttpRequest) -> HttpResponse:
    """A year of weeks, of the whole company."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    minimum = request.tenant.anonymity_minimum  # type: ignore[attr-defined]
    page = load_beside(today=today_of(request), minimum=minimum)
    if file := asked_for(request, lambda: sheets(page), title=_("Sales beside scores"), name="beside"):
        return file
    shown = {"page": page, "width": WIDTH, "height": HEIGHT, "section": "beside"}
    return render(request, "dashboards/beside/beside.html", shown)


def sheets(page: Beside) -> Sequence[Sheet]:
    """A sheet for each row: its weeks with interval and n."""
    return [
        Sheet(
            key=f"week-{place}",
            title=row.name,
            columns=(
                Column("week", _("Week from"), "date"),
                Column("value", row.name, "score"),
                Column("low", _("Low"), "score", low_of="value"),
                Column("high", _("High"), "score", high_of="value"),
                Column("n", "n", "count", n_of="value"),
            ),
            rows=[(week.monday, week.value, week.low, week.high, week.n) for week in row.weeks],
            chart=Chart("line", "week", ("value",)),
        )
        for place, row in enumerate(page.rows, start=1)
    ]
