"""Pages of the editor beside a journey's form: its versions, the gap to the plan, and what the design lacks."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from journeys import reports
from journeys.compare import Difference, compare, touchpoint_ids
from journeys.exchange.apply import Taken, take_in
from journeys.exchange.document import LARGEST, Document, Problem, Unreadable, read_json, write_json
from journeys.exchange.table import read_csv, write_csv
from journeys.exchange.write import document_of
from journeys.hours import WEEKDAY_NAMES
from journeys.models import TAGS, Journey, JourneyVersion, Touchpoint
from journeys.templates import beside, offered, template
from journeys.versions import Backing, Design, design_of, read_backing, read_design


class JourneyPages:
    """Mixed into the journeys' ModelAdmin: addresses below `/edit/journeys/journey/`."""

    admin_site: Any
    opts: Any

    def get_urls(self) -> Any:
        pages = {
            "<int:pk>/versions/": (self.versions_view, "journeys_journey_versions"),
            "<int:pk>/gap/": (self.gap_view, "journeys_journey_gap"),
            "<int:pk>/file.json": (self.json_view, "journeys_journey_json"),
            "<int:pk>/file.csv": (self.csv_view, "journeys_journey_csv"),
            "start/": (self.start_view, "journeys_start"),
            "orphans/": (self.orphans_view, "journeys_orphans"),
            "languages/": (self.languages_view, "journeys_languages"),
            "tags/": (self.tags_view, "journeys_tags"),
        }
        own = [path(route, self.admin_site.admin_view(view), name=name) for route, (view, name) in pages.items()]
        return [*own, *super().get_urls()]  # type: ignore[misc]

    def _guard(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied

    def _page(self, request: HttpRequest, name: str, title: str, **context: Any) -> HttpResponse:
        self._guard(request)
        context = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/journeys/{name}.html", context)

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
            versions=list(map(_backed, versions)),
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

    def json_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The whole journey, to be taken in here or by another company."""
        self._guard(request)
        journey = _journey(pk)
        return _file(write_json(document_of(journey)), f"{journey.slug}.json", "application/json")

    def csv_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A row a step."""
        self._guard(request)
        journey = _journey(pk)
        return _file(write_csv(document_of(journey)), f"{journey.slug}.csv", "text/csv; charset=utf-8")

    def start_view(self, request: HttpRequest) -> HttpResponse:
        """A journey from a template or from a file, made or changed at once, or told what to mend in the file."""
        problems: list[Problem] = []
        if request.method == "POST":
            self._guard(request)
            try:
                taken = self._start(request)
            except Unreadable as error:
                problems = error.problems
            else:
                _tell(request, taken)
                return redirect("admin:journeys_journey_change", taken.journey.pk)
        language = (get_language() or "en")[:2]
        return self._page(
            request, "start", _("Start from a template or a file"), templates=offered(language), problems=problems
        )

    def _start(self, request: HttpRequest) -> Taken:
        """Raises Unreadable."""
        file = request.FILES.get("file")
        if file is not None:
            return take_in(_read(file), note=_("From the file %s.") % file.name)
        try:
            document = template(request.POST.get("template", ""), (get_language() or "en")[:2])
        except KeyError:
            raise Unreadable([Problem("", _("Choose a template or a file."))]) from None
        return take_in(beside(document), keep_known=True, note=_("From the template “%s”.") % document.journey.name)

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


def _backed(version: JourneyVersion) -> tuple[JourneyVersion, Backing, bool]:
    """A version, the customers behind it, and whether what they validated was a version before it."""
    backing = read_backing(version.design)
    began = timezone.localdate(version.valid_from)
    return version, backing, backing.validated_on is not None and version.number > 1 and backing.validated_on < began


def _number(request: HttpRequest, name: str, numbers: list[int], default: int | None) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 9 and int(text) in numbers else default


def _differences(before: Design, after: Design) -> list[Difference]:
    names = dict(Touchpoint.objects.filter(pk__in=touchpoint_ids(before, after)).values_list("pk", "name"))
    return compare(before, after, names=names)


def _file(content: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _read(file: Any) -> Document:
    """By the name's ending, else by how it begins. Raises Unreadable."""
    if file.size > LARGEST:
        raise Unreadable([Problem("", _("The file is too large for a journey: at most 2 MB."))])
    content = file.read()
    if str(file.name).lower().endswith(".csv"):
        return read_csv(content)
    looks_like_json = content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{")
    return read_json(content) if looks_like_json else read_csv(content)


def _tell(request: HttpRequest, taken: Taken) -> None:
    for warning in taken.warnings:
        messages.warning(request, warning)
    if taken.made or taken.changed or taken.version:
        told = _("“%(journey)s” is there: %(made)d things were made and %(changed)d changed.")
        counts = {"journey": taken.journey, "made": len(taken.made), "changed": len(taken.changed)}
        messages.success(request, told % counts)
    else:
        messages.info(request, _("“%s” was like this already: nothing changed.") % taken.journey)
