"""Money as people type it: "1 200,50 EUR", "1.200,50 €", "1,200.50" and "20" are all amounts."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _

_SPACES = re.compile(r"[\s\u00a0\u202f']")
_CURRENCY = re.compile(r"^(?:EUR|SEK|€|kr)|(?:EUR|SEK|USD|€|kr|e)$", re.IGNORECASE)


def read_amount(text: str) -> Decimal:
    """The amount in a text. Of a point and a comma the last is the decimal one; a lone one followed by three digits
    parts thousands. Raises ValueError."""
    plain = _CURRENCY.sub("", _SPACES.sub("", text))
    last = max(plain.rfind(","), plain.rfind("."))
    if last >= 0:
        if not re.fullmatch(r"\d+|\d{1,3}(?:[.,]\d{3})+", plain[:last]):
            raise ValueError(text)
        whole, part = re.sub("[.,]", "", plain[:last]), plain[last + 1 :]
        both = "," in plain and "." in plain
        thousands = len(part) == 3 and not both
        plain = whole + part if thousands else f"{whole}.{part}"
    if not re.fullmatch(r"\d{1,10}(?:\.\d{1,2})?", plain):
        raise ValueError(text)
    try:
        return Decimal(plain)
    except InvalidOperation as error:
        raise ValueError(text) from error


class AmountField(forms.CharField):
    """An amount with or without its currency's name; empty is None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 40, "required": False} | kwargs)
        self.widget.attrs |= {"inputmode": "decimal"}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_amount(text)
        except ValueError:
            raise forms.ValidationError(_("Write the amount as a number, such as 1 200,50.")) from None
