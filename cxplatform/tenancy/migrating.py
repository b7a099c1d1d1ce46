"""Migration operations for many tables at once."""

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation


class AtOnce(Operation):
    """Operations carried out over one state: what they all lead to.

    Django makes every model that a new one is related to anew for each operation, and here all are related through
    the tenant: what creates sixty tables one after the other spends its time there. Only for operations whose work in
    the database is the same whichever of the others are in the state already: creating a model is, and so are
    row-level security, references and statements; changing a model is not. A table made here has its model's indexes,
    constraints and later fields from the beginning: they are added to the state alone.
    """

    reversible = True

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = list(operations)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__name__, [self.operations], {})

    def state_forwards(self, app_label: str, state: Any) -> None:
        state.__dict__.pop("apps", None)  # the models of the state; made again once, when first asked for
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for operation in self._of_database():
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for operation in reversed(self._of_database()):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def _of_database(self) -> list[Operation]:
        """The operations that have work in the database: not what comes with a table made here."""
        made = {each.name_lower for each in self.operations if isinstance(each, CreateModel)}
        return [
            each
            for each in self.operations
            if not (isinstance(each, AddConstraint | AddField | AddIndex) and each.model_name_lower in made)
        ]

    def describe(self) -> str:
        return f"{len(self.operations)} operations at once"
