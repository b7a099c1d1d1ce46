"""Pages of the editor beside a journey's form: its versions, the gap to the plan, and what the design lacks."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from journeys import reports
from journeys.compare import Difference, compare, touchpoint_ids
from journeys.hours import WEEKDAY_NAMES
from journeys.models import TAGS, Journey, JourneyVersion, Touchpoint
from journeys.versions import Design, design_of, read_design


class JourneyPages:
    """Mixed into the journeys' ModelAdmin: addresses below `/edit/journeys/journey/`."""

    admin_site: Any
    opts: Any

    def get_urls(self) -> Any:
        pages = {
            "<int:pk>/versions/": (self.versions_view, "journeys_journey_versions"),
            "<int:pk>/gap/": (self.gap_view, "journeys_journey_gap"),
            "orphans/": (self.orphans_view, "journeys_orphans"),
            "languages/": (self.languages_view, "journeys_languages"),
            "tags/": (self.tags_view, "journeys_tags"),
        }
        own = [path(route, self.admin_site.admin_view(view), name=name) for route, (view, name) in pages.items()]
        return [*own, *super().get_urls()]  # type: ignore[misc]

    def _page(self, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            from django.core.exceptions import PermissionDenied

            raise PermissionDenied
        context = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/journeys/{template}.html", context)

    def versions_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """All versions of a journey, and the difference between two of them: the newest and the one before unless
        `from` and `to` name others."""
        journey = _journey(pk)
        versions = list(JourneyVersion.objects.filter(journey=journey).order_by("-number"))
        by_number = {version.number: version for version in versions}
        numbers = [version.number for version in versions]
        to = _number(request, "to", numbers, numbers[0] if numbers else None)
        since = _number(request, "from", numbers, numbers[1] if len(numbers) > 1 else None)
        found = None
        if since and to:
            found = _differences(read_design(by_number[since].design), read_design(by_number[to].design))
        return self._page(
            request,
            "versions",
            _("Versions: %s") % journey,
            journey=journey,
            versions=versions,
            since=since,
            to=to,
            differences=found,
        )

    def gap_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What separates a journey as it is from how it should be; `plan` chooses one of several plans."""
        journey = _journey(pk)
        if journey.kind == Journey.Kind.TO_BE:
            as_is, plans = journey.as_is, [journey]
        else:
            as_is, plans = journey, list(journey.plans.in_use())  # type: ignore[attr-defined]
        chosen = next((plan for plan in plans if str(plan.pk) == request.GET.get("plan")), plans[0] if plans else None)
        found = _differences(design_of(as_is), design_of(chosen)) if as_is and chosen else None
        return self._page(
            request,
            "gap",
            _("The gap: %s") % journey,
            journey=journey,
            as_is=as_is,
            plans=plans,
            chosen=chosen,
            differences=found,
        )

    def orphans_view(self, request: HttpRequest) -> HttpResponse:
        """What is defined and leads nowhere."""
        found = reports.orphans(timezone.localdate())
        return self._page(request, "orphans", _("What leads nowhere"), found=found)

    def languages_view(self, request: HttpRequest) -> HttpResponse:
        """Which language is served when."""
        served, untold = reports.languages_served()
        return self._page(
            request,
            "languages",
            _("Languages and hours"),
            served=served,
            untold=untold,
            weekdays=WEEKDAY_NAMES,
        )

    def tags_view(self, request: HttpRequest) -> HttpResponse:
        """How many touchpoints carry each tag."""
        names = {field: Touchpoint._meta.get_field(field).verbose_name for field in TAGS}  # type: ignore[union-attr]
        counts = [(names[field], rows) for field, rows in reports.tag_counts().items()]
        return self._page(request, "tags", _("Tags of touchpoints"), counts=counts)


def _journey(pk: int) -> Journey:
    journey: Journey | None = Journey.objects.select_related("as_is").filter(pk=pk).first()
    if journey is None:
        raise Http404
    return journey


def _number(request: HttpRequest, name: str, numbers: list[int], default: int | None) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 9 and int(text) in numbers else default


def _differences(before: Design, after: Design) -> list[Difference]:
    names = dict(Touchpoint.objects.filter(pk__in=touchpoint_ids(before, after)).values_list("pk", "name"))
    return compare(before, after, names=names)
