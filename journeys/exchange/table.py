"""A journey as CSV, a row a step: what fits into a table. Jumps go from the row's step to those it names."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from msgspec import UNSET

from journeys.exchange.document import (
    LARGEST,
    ChannelPart,
    Document,
    EndPart,
    JourneyPart,
    JumpPart,
    Problem,
    StagePart,
    StepPart,
    TouchpointPart,
    UnitPart,
    Unreadable,
)

MOST_ROWS = 4000
_STAGE = ("goal", "vision", "target", "expectation", "edge")
_TAGS = ("mix", "drivers", "needs")
COLUMNS = (
    "journey",
    "journey_name",
    "stage",
    "stage_flow",
    "stage_optional",
    "stage_after_purchase",
    "stage_emotion",
    *(f"stage_{name}" for name in _STAGE),
    "touchpoint",
    "touchpoint_name",
    "channel",
    "channel_name",
    "channel_digital",
    "unit",
    "unit_name",
    "role",
    "by",
    "interactivity",
    "waiting_minutes",
    "emotion",
    "evidence",
    "peer_help",
    *_TAGS,
    "step_optional",
    "step_repeats",
    "step_emotion",
    "step_change",
    "jump_to",
)
REQUIRED = ("journey", "journey_name", "stage", "touchpoint")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(document: Document) -> bytes:
    """UTF-8 with its mark, semicolons, so that spreadsheets of any country open it."""
    touchpoints = {part.slug: part for part in document.touchpoints}
    channels = {part.slug: part for part in document.channels}
    units = {part.slug: part for part in document.units}
    jumps: dict[tuple[int, str], list[str]] = {}
    for jump in document.jumps:
        jumps.setdefault((jump.start.stage, jump.start.touchpoint), []).append(
            f"{jump.end.stage}:{jump.end.touchpoint}"
        )
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, delimiter=";", restval="")
    writer.writeheader()
    for number, stage in enumerate(document.stages, start=1):
        first = {"journey": document.journey.slug, "journey_name": document.journey.name, **_stage_cells(stage)}
        rows = [
            first
            | _step_cells(step, touchpoints[step.touchpoint], channels, units)
            | {"jump_to": " ".join(jumps.get((number, step.touchpoint), []))}
            for step in stage.steps
        ]
        for row in rows or [first]:
            writer.writerow({name: _cell(value) for name, value in row.items()})
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _stage_cells(stage: StagePart) -> dict[str, Any]:
    return {
        "stage": stage.name,
        "stage_flow": stage.flow,
        "stage_optional": stage.optional,
        "stage_after_purchase": stage.after_purchase,
        "stage_emotion": stage.emotion,
        **{f"stage_{name}": getattr(stage, name) for name in _STAGE},
    }


def _step_cells(
    step: StepPart,
    touchpoint: TouchpointPart,
    channels: Mapping[str, ChannelPart],
    units: Mapping[str, UnitPart],
) -> dict[str, Any]:
    same = ("role", "by", "interactivity", "waiting_minutes", "emotion", "evidence", "peer_help")
    channel = channels.get(str(touchpoint.channel))
    unit = units.get(str(touchpoint.unit))
    return {
        "touchpoint": touchpoint.slug,
        "touchpoint_name": touchpoint.name,
        "channel": touchpoint.channel,
        "channel_name": channel.name if channel else "",
        "channel_digital": channel.digital if channel else "",
        "unit": touchpoint.unit,
        "unit_name": unit.name if unit else "",
        **{name: getattr(touchpoint, name) for name in same},
        **{name: " ".join(getattr(touchpoint, name) or []) for name in _TAGS},
        "step_optional": step.optional,
        "step_repeats": step.repeats,
        "step_emotion": step.emotion,
        "step_change": step.change,
    }


def _cell(value: Any) -> str:
    if value is None or value is UNSET:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    # A spreadsheet would calculate a text that begins like a formula.
    return f"'{value}" if value.startswith(_FORMULA) else str(value)


def read_csv(content: bytes) -> Document:
    """Raises Unreadable naming row and column; the header is row 1. A column left out changes nothing."""
    rows = _rows(content)
    return _Reading(rows[0], rows[1:]).document()


def _rows(content: bytes) -> list[list[str]]:
    if len(content) > LARGEST:
        raise Unreadable([Problem("", _("The file is too large for a journey: at most 2 MB."))])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    head = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Unreadable([Problem("", _("The table cannot be read (%s). Save it again as CSV.") % error)]) from None
    if not rows or len(rows) < 2:
        raise Unreadable([Problem("", _("The table is empty: it needs a header and a row for each step."))])
    if len(rows) > MOST_ROWS:
        raise Unreadable([Problem("", _("At most %d rows fit.") % MOST_ROWS)])
    return rows


class _Reading:
    def __init__(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.header = [name.strip().lower() for name in header]
        self.rows = rows
        self.problems: list[Problem] = []

    def document(self) -> Document:
        self._check_header()
        cells = [
            (number, dict(zip(self.header, (text.strip() for text in row), strict=False)))
            for number, row in enumerate(self.rows, start=2)
            if any(text.strip() for text in row)
        ]
        for number, row in enumerate(self.rows, start=2):
            if len(row) > len(self.header) and any(text.strip() for text in row[len(self.header) :]):
                self._problem(number, "", _("The row has more cells than the header. Take out the extra ones."))
        if not cells:
            raise Unreadable([Problem("", _("The table is empty: it needs a header and a row for each step."))])
        document = Document(
            format="cxplatform-journey/1",
            journey=self._journey(cells),
            stages=self._stages(cells),
            jumps=self._jumps(cells),
            units=self._named(cells, "unit", lambda row, number: UnitPart(slug=row["unit"], name=row["unit_name"])),
            channels=self._named(cells, "channel", self._channel),
            touchpoints=self._touchpoints(cells),
        )
        if self.problems:
            raise Unreadable(self.problems)
        return document

    def _check_header(self) -> None:
        missing = [name for name in REQUIRED if name not in self.header]
        unknown = [name for name in self.header if name not in COLUMNS]
        twice = sorted({name for name in self.header if self.header.count(name) > 1})
        found = [Problem("row 1", _("The column “%s” is missing. Add it.") % name) for name in missing]
        found += [
            Problem(
                "row 1",
                _("The column “%(name)s” is not known. Use %(names)s.") % {"name": n, "names": ", ".join(COLUMNS)},
            )
            for n in unknown
        ]
        found += [Problem("row 1", _("The column “%s” is there twice. Take one out.") % name) for name in twice]
        if found:
            raise Unreadable(found)

    def _problem(self, number: int, column: str, text: str) -> None:
        place = f"row {number}, column {column}" if column else f"row {number}"
        self.problems.append(Problem(place, text))

    def _journey(self, cells: Sequence[tuple[int, dict[str, str]]]) -> JourneyPart:
        number, first = cells[0]
        for column in ("journey", "journey_name"):
            if not first[column]:
                self._problem(number, column, _("This cell is empty. Fill it in."))
        for number, row in cells[1:]:
            for column in ("journey", "journey_name"):
                if row.get(column) and row[column] != first[column]:
                    self._problem(number, column, _("A file holds one journey. Put the other into a file of its own."))
        return JourneyPart(slug=first["journey"], name=_text(first["journey_name"]))

    def _stages(self, cells: Sequence[tuple[int, dict[str, str]]]) -> list[StagePart]:
        stages: list[tuple[str, int, dict[str, str], list[StepPart]]] = []
        for number, row in cells:
            name = _text(row.get("stage", ""))
            if not name:
                self._problem(number, "stage", _("This cell is empty. Fill it in."))
            if not stages or stages[-1][0] != name:
                if name in [other for other, *_rest in stages]:
                    self._problem(
                        number, "stage", _("“%s” comes again after another stage. Put its rows together.") % name
                    )
                stages.append((name, number, row, []))
            elif any(row.get(column, "") not in ("", stages[-1][2].get(column, "")) for column in self._of_stage()):
                self._problem(number, "stage", _("Rows of one stage say different things of it. Make them alike."))
            if row.get("touchpoint"):
                if row["touchpoint"] in [step.touchpoint for step in stages[-1][3]]:
                    self._problem(number, "touchpoint", _("This touchpoint is already in this stage."))
                stages[-1][3].append(self._step(number, row))
        return [self._stage(name, number, row, steps) for name, number, row, steps in stages]

    def _of_stage(self) -> list[str]:
        return [name for name in self.header if name.startswith("stage_")]

    def _stage(self, name: str, number: int, row: dict[str, str], steps: list[StepPart]) -> StagePart:
        def read(column: str, of: Callable[[int, str, str], Any]) -> Any:
            return of(number, f"stage_{column}", row.get(f"stage_{column}", "")) if f"stage_{column}" in row else UNSET

        return StagePart(
            name=name,
            flow=row["stage_flow"] or "free" if "stage_flow" in row else UNSET,
            optional=read("optional", self._flag),
            after_purchase=read("after_purchase", self._flag),
            emotion=read("emotion", self._whole),
            **{field: read(field, lambda _number, _column, text: _text(text)) for field in _STAGE},
            steps=steps,
        )

    def _step(self, number: int, row: dict[str, str]) -> StepPart:
        return StepPart(
            touchpoint=row["touchpoint"],
            optional=self._flag(number, "step_optional", row.get("step_optional", "")),
            repeats=self._flag(number, "step_repeats", row.get("step_repeats", "")),
            emotion=self._whole(number, "step_emotion", row.get("step_emotion", "")),
            change=_text(row.get("step_change", "")),
        )

    def _jumps(self, cells: Sequence[tuple[int, dict[str, str]]]) -> list[JumpPart]:
        """ "2:till" is the touchpoint `till` in stage 2."""
        jumps, stage, last = [], 0, None
        for number, row in cells:
            if row.get("stage") != last:
                stage, last = stage + 1, row.get("stage")
            for word in row.get("jump_to", "").split():
                at, _colon, slug = word.partition(":")
                if not at.isdecimal() or len(at) > 4 or not slug or not row.get("touchpoint"):
                    self._problem(
                        number,
                        "jump_to",
                        _("“%s”: write the stage's number and the touchpoint, such as 2:till.") % word,
                    )
                    continue
                start = EndPart(stage=stage, touchpoint=row["touchpoint"])
                jumps.append(JumpPart(start=start, end=EndPart(stage=int(at), touchpoint=slug)))
        return jumps

    def _named(
        self, cells: Sequence[tuple[int, dict[str, str]]], column: str, make: Callable[[dict[str, str], int], Any]
    ) -> list[Any]:
        """Channels and units are described where their name stands beside the identifier."""
        found: dict[str, Any] = {}
        for number, row in cells:
            if row.get(column) and row.get(f"{column}_name"):
                found.setdefault(row[column], make(row | {f"{column}_name": _text(row[f"{column}_name"])}, number))
        return list(found.values())

    def _channel(self, row: dict[str, str], number: int) -> ChannelPart:
        told = row.get("channel_digital", "")
        digital = self._flag(number, "channel_digital", told) if told else UNSET
        return ChannelPart(slug=row["channel"], name=row["channel_name"], digital=digital)

    def _touchpoints(self, cells: Sequence[tuple[int, dict[str, str]]]) -> list[TouchpointPart]:
        found: dict[str, tuple[int, TouchpointPart]] = {}
        for number, row in cells:
            slug = row.get("touchpoint", "")
            if not slug or not row.get("touchpoint_name"):
                continue
            part = self._touchpoint(number, row)
            if slug in found and found[slug][1] != part:
                told = _("Row %d describes this touchpoint otherwise. Make them alike.")
                self._problem(number, "touchpoint", told % found[slug][0])
            found.setdefault(slug, (number, part))
        return [part for _number, part in found.values()]

    def _touchpoint(self, number: int, row: dict[str, str]) -> TouchpointPart:
        told: dict[str, Any] = {name: row[name] or None for name in ("channel", "unit") if name in row}
        told |= {name: _text(row[name]) for name in ("role", "by", "interactivity", "evidence") if name in row}
        told |= {name: self._whole(number, name, row[name]) for name in ("waiting_minutes", "emotion") if name in row}
        told |= {name: row[name].split() for name in _TAGS if name in row}
        if "peer_help" in row:
            told["peer_help"] = self._flag(number, "peer_help", row["peer_help"])
        return TouchpointPart(slug=row["touchpoint"], name=_text(row["touchpoint_name"]), **told)

    def _flag(self, number: int, column: str, text: str) -> bool:
        if text.lower() in ("yes", "1", "true", "x", "kyllä", "ja"):
            return True
        if text.lower() not in ("", "no", "0", "false", "ei", "nej"):
            self._problem(number, column, _("“%s”: write yes or no.") % text)
        return False

    def _whole(self, number: int, column: str, text: str) -> int | None:
        if not text:
            return None
        try:
            return int(text) if len(text) < 10 else 10**9
        except ValueError:
            self._problem(number, column, _("“%s” is not a whole number.") % text)
            return None


def _text(text: str) -> str:
    """A text cell without the quote that keeps spreadsheets from calculating it."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
