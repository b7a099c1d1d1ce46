"""Rows that link two definitions (a journey's personas, a process's touchpoints), set as a whole from a form."""

from collections.abc import Iterable
from typing import Any

from cxplatform.tenancy import audit


def set_links(*, model: Any, of: Any, mine: str, theirs: str, wanted: Iterable[Any]) -> bool:
    """Make `of` be linked to `wanted` and nothing else by rows of `model`; gives whether anything changed.

    `mine` and `theirs` are the row's two foreign keys. The history of `of` gets the names before and after.
    """
    wanted = list(wanted)
    rows = {getattr(row, f"{theirs}_id"): row for row in model.objects.filter(**{mine: of}).select_related(theirs)}
    keys = {row.pk for row in wanted}
    gone = [row for key, row in rows.items() if key not in keys]
    new = [row for row in wanted if row.pk not in rows]
    if not gone and not new:
        return False
    before = [str(getattr(row, theirs)) for row in rows.values()]
    model.objects.filter(pk__in=[row.pk for row in gone]).delete()
    model.objects.bulk_create(model(**{mine: of, theirs: row}) for row in new)
    label = str(model._meta.get_field(theirs).verbose_name)
    audit.record("changed", of, before=audit.state(of), **{label: [sorted(before), sorted(map(str, wanted))]})
    return True
