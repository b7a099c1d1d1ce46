"""The sheet on which a case's figures are written: a row a figure, read as people type."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.numbers import number
from dashboards.cases.inputs import BY_KEY, GROUPS, MARKS, MOST_OWN, SHORT_PARTS, SORTS, SPECS, Input
from dashboards.cases.typed import figure
from dashboards.models import BusinessCase

ENDS = ("low", "base", "high")
BLANKS = 3
OWN = "own"
"""The group of what a case has of its own."""
_OWN = re.compile(r"(own_\d{1,4})_(?:name|base)")
_TOGETHER = (
    ("promoters", "detractors"),
    ("recovered_now", "recovered_development"),
    ("raised_now", "raised_development"),
    ("payers_now", "payers_development"),
    ("avoided_now", "avoided_development"),
)
"""Shares of one whole."""


class StartForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = BusinessCase
        fields = ("title", "currency", "years")
        widgets = {"years": forms.NumberInput(attrs={"min": 1, "max": 10})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].label = gettext("What the case is about")

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


class CaseForm(StartForm):
    """A case with all its figures. `told` are those that the fields are filled with; a posted form is read from its
    own rows, so that nothing that was typed is lost. `inputs()` after it was found valid."""

    after = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    note = forms.CharField(label=_("What changed"), max_length=300, required=False)

    def __init__(self, *args: Any, told: Sequence[Input], opened: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opened = opened
        self.own = self._own_keys(told)
        self.told = {each.key: each for each in told}
        for spec in SPECS:
            self._figure(spec.key)
        for key in self.own:
            self._figure(key)
            was = self.told.get(key)
            self.fields[f"{key}_name"] = forms.CharField(
                max_length=120,
                required=False,
                initial=was and was.name,
                widget=forms.TextInput(attrs={"placeholder": gettext("cost or benefit")}),
            )
            self.fields[f"{key}_sort"] = forms.ChoiceField(
                choices=list(SORTS.items()), required=False, initial=was and was.sort
            )
            self.fields[f"{key}_part"] = forms.ChoiceField(
                choices=list(SHORT_PARTS.items()), required=False, initial=was and was.part
            )
        for name, field in self.fields.items():
            if name not in ("title", "currency", "years", "note", "after"):
                field.widget.attrs["aria-label"] = self._called(name)

    def _own_keys(self, told: Sequence[Input]) -> list[str]:
        """The rows of own costs and benefits: those there are, those posted, and some to write on."""
        keys = {each.key for each in told if each.own}
        if self.is_bound:
            keys |= {found[1] for name in self.data if (found := _OWN.fullmatch(name))}
        numbers = sorted(int(key[4:]) for key in keys)[: MOST_OWN + BLANKS]
        free = max(numbers, default=0) + 1
        blanks = range(free, free + BLANKS) if len(numbers) < MOST_OWN and not self.is_bound else ()
        return [f"own_{each}" for each in (*numbers, *blanks)]

    def _figure(self, key: str) -> None:
        was = self.told.get(key)
        kind = was.kind if was else BY_KEY[key].kind if key in BY_KEY else "money"
        for end in ENDS:
            value = getattr(was, end) if was else None
            self.fields[f"{key}_{end}"] = forms.CharField(
                max_length=40,
                required=False,
                initial=typed(value, kind),
                widget=forms.TextInput(attrs={"size": 9, "placeholder": _PARTS[end]}),
            )
        self.fields[f"{key}_mark"] = forms.ChoiceField(
            choices=list(MARKS.items()), required=False, initial=was.mark if was else "assumption"
        )
        self.fields[f"{key}_source"] = forms.CharField(
            max_length=200,
            required=False,
            initial=was.source if was else "",
            widget=forms.TextInput(attrs={"placeholder": _PARTS["source"]}),
        )
        self.fields[f"{key}_known_on"] = forms.DateField(
            required=False,
            initial=was.known_on if was else None,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )

    def _called(self, name: str) -> str:
        key = next(key for key in (*BY_KEY, *self.own) if name.startswith(f"{key}_") and name[len(key) + 1 :] in _PARTS)
        row = str(BY_KEY[key].title) if key in BY_KEY else gettext("Row %(number)s") % {"number": key[4:]}
        return f"{row}: {_PARTS[name[len(key) + 1 :]]}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        currency = cleaned.get("currency", "EUR")
        for key in (*BY_KEY, *self.own):
            kind = BY_KEY[key].kind if key in BY_KEY else "money"
            for end in ENDS:
                name = f"{key}_{end}"
                try:
                    cleaned[name] = figure(cleaned.get(name, ""), kind=kind, currency=currency)
                except ValueError as error:
                    self.add_error(name, str(error))
            self._row(key, cleaned)
        for keys in _TOGETHER:
            for end in ENDS:
                whole = [cleaned.get(f"{key}_{end}", None) or cleaned.get(f"{key}_base") or 0 for key in keys]
                # The high end of a class is the low end of another: only what is meant together is summed up.
                if end != "high" and all(isinstance(part, float | int) for part in whole) and sum(whole) > 1:
                    self.add_error(f"{keys[1]}_{end}", gettext("Together these are more than 100 per cent."))
                    break
        return cleaned

    def _row(self, key: str, cleaned: Mapping[str, Any]) -> None:
        low, base, high = (cleaned.get(f"{key}_{end}") for end in ENDS)
        if any(self.has_error(f"{key}_{end}") for end in ENDS):
            return
        if base is None and (low is not None or high is not None):
            self.add_error(f"{key}_base", gettext("Write the base as well."))
        elif base is not None and not (base if low is None else low) <= base <= (base if high is None else high):
            self.add_error(f"{key}_base", gettext("The base must lie between the low and the high end."))
        elif key in BY_KEY and BY_KEY[key].needed and base is None:
            self.add_error(f"{key}_base", gettext("This figure is needed."))
        elif key not in BY_KEY and (base is None) != (not cleaned.get(f"{key}_name")):
            missing = "base" if base is None else "name"
            self.add_error(
                f"{key}_{missing}",
                gettext("Write the amount.") if base is None else gettext("Write what the amount is of."),
            )

    def inputs(self) -> tuple[Input, ...]:
        """What was written, in order; own rows without a name and an amount are left out."""
        return tuple(self._input(key) for key in (*BY_KEY, *self.own) if self._kept(key))

    def _kept(self, key: str) -> bool:
        return key in BY_KEY or self.cleaned_data.get(f"{key}_base") is not None

    def _input(self, key: str) -> Input:
        told = self.cleaned_data
        own = key in self.own
        return Input(
            key=key,
            low=told[f"{key}_low"],
            base=told[f"{key}_base"],
            high=told[f"{key}_high"],
            mark=told[f"{key}_mark"] or "assumption",
            source=told[f"{key}_source"],
            known_on=told[f"{key}_known_on"],
            name=told[f"{key}_name"] if own else "",
            sort=(told[f"{key}_sort"] or "cost_once") if own else "",
            part=(told[f"{key}_part"] or "now") if own else "",
        )

    def groups(self) -> list["Group"]:
        """The fields as they stand on the sheet. Open is what is wrong, else `opened`, else what is not filled in yet
        first of all."""
        grouped: dict[str, list[Row]] = {group: [] for group in GROUPS}
        for spec in SPECS:
            grouped[spec.group].append(self._shown(spec.key, str(spec.title), spec.kind, help=str(spec.help)))
        grouped[OWN] = [self._shown(key, "", "money") for key in self.own]
        titles = {**GROUPS, OWN: _("Own costs and benefits")}
        onward = dict(pairwise([*titles, ""]))
        found = [Group(key, str(title), grouped[key], onward[key]) for key, title in titles.items()]
        wrong = [group.key for group in found if group.wrong]
        undone = [group.key for group in found if group.filled < len(group.rows) and not group.optional]
        shown = wrong or [key for key in titles if key == self.opened] or undone[:1] or [next(iter(titles))]
        return [replace(group, open=group.key in shown) for group in found]

    def _shown(self, key: str, title: str, kind: str, *, help: str = "") -> "Row":
        fields = {part: self[f"{key}_{part}"] for part in _PARTS if f"{key}_{part}" in self.fields}
        return Row(key, title, kind, fields, help)


@dataclass(frozen=True)
class Row:
    key: str
    title: str
    kind: str
    fields: Mapping[str, Any]
    help: str = ""

    @property
    def wrong(self) -> bool:
        return any(field.errors for field in self.fields.values())


@dataclass(frozen=True)
class Group:
    """Figures that belong together; `onward` is the group after it, "" after the last."""

    key: str
    title: str
    rows: Sequence[Row]
    onward: str
    open: bool = False

    @property
    def wrong(self) -> int:
        """How many rows hold something that cannot be read."""
        return sum(row.wrong for row in self.rows)

    @property
    def optional(self) -> bool:
        """Whether nothing is missed where a row is empty."""
        return self.key == OWN

    @property
    def filled(self) -> int:
        return sum(bool(row.fields["base"].value()) for row in self.rows)


_PARTS: dict[str, Any] = {
    "low": _("low"),
    "base": _("base"),
    "high": _("high"),
    "mark": _("how sure"),
    "source": _("source"),
    "known_on": _("date"),
    "name": _("name"),
    "sort": _("when"),
    "part": _("belongs to"),
}


def typed(value: float | None, kind: str) -> str:
    """A figure as it would be typed: the shortest text that reads back as the same."""
    if value is None:
        return ""
    shown = value * 100 if kind == "share" else value
    for decimals in range(7):
        if abs(round(shown, decimals) - shown) < 1e-7:
            return number(shown, decimals=decimals)
    return number(shown, decimals=6)
