"""Identifiers made of names: what integrations call a thing that staff named."""

from typing import Any

from django.utils.text import slugify


def free_identifier(model: Any, name: str) -> str:
    """An identifier like `name` that no row of `model` in the active tenant has: "oil-change", "oil-change-2"."""
    wanted = slugify(name)[:90] or model._meta.model_name
    taken = set(model.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    if wanted not in taken:
        return wanted
    return next(slug for number in range(2, len(taken) + 3) if (slug := f"{wanted}-{number}") not in taken)
