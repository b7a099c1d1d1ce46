"""Strict serializer fields: what is sent must be of its type already, and what is not known is refused."""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN
from typing import Any

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


class Text(serializers.CharField):
    """A text; DRF alone would take 7 for "7"."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Key(serializers.SlugField):
    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Whole(serializers.IntegerField):
    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class Number(serializers.FloatField):
    def to_internal_value(self, data: Any) -> float:
        if not isinstance(data, int | float) or isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class Decimal(serializers.DecimalField):
    """A number in and out, with the column's decimals in between."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs, coerce_to_string=False, rounding=ROUND_HALF_EVEN)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, int | float) or isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)

    def to_representation(self, value: Any) -> float:  # type: ignore[override]
        return float(value)


class Day(serializers.DateField):
    """A day as a text in and out, for what is kept as JSON."""

    def to_internal_value(self, data: Any) -> str:  # type: ignore[override]
        return super().to_internal_value(data).isoformat()

    def to_representation(self, value: Any) -> Any:
        return value


class Choice(serializers.ChoiceField):
    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return super().to_internal_value(data)


class Reference(serializers.RelatedField):
    """Another object by a name people know. An empty text is not "none", as DRF would have it."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return serializers.Field.run_validation(self, data)

    def use_pk_only_optimization(self) -> bool:
        return False


@extend_schema_field({"type": "string", "description": "The identifier of another definition."})
class SlugReference(Reference):
    """Another definition by its slug; archived ones cannot be newly referred to."""

    default_error_messages = {
        "invalid": "Send an identifier as text, or null for none.",
        "does_not_exist": "There is no {noun} {slug!r} in use. Make it first, or correct the identifier.",
    }

    def __init__(self, model: Any = None, **kwargs: Any) -> None:
        self.model = model
        # RelatedField wants a queryset up front; ours can be made only while a tenant is active.
        super().__init__(queryset=None if kwargs.get("read_only") else model._base_manager.none(), **kwargs)

    def to_representation(self, value: Any) -> str:
        return value.slug  # type: ignore[no-any-return]

    def to_internal_value(self, data: Any) -> models.Model:
        if not isinstance(data, str):
            self.fail("invalid")
        found = self.model.objects.in_use().filter(slug=data).first()
        if found is None:
            self.fail("does_not_exist", noun=self.model._meta.verbose_name, slug=data[:100])
        return found  # type: ignore[no-any-return]


class Strict:
    """For serializers: a name that is not a field is an error, beside whatever else is wrong."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = [name for name in data if name not in self.fields] if isinstance(data, Mapping) else []  # type: ignore[attr-defined]
        known = ", ".join(name for name, field in self.fields.items() if not field.read_only)  # type: ignore[attr-defined]
        errors = {str(name)[:100]: [f"Unknown field. Known here: {known}."] for name in unknown[:20]}
        if self.parent is not None and self.root.partial and isinstance(data, Mapping):  # type: ignore[attr-defined]
            # A PATCH may leave out fields of its own, but a row of a list in it is sent whole.
            missing = [name for name, field in self.fields.items() if field.required and name not in data]  # type: ignore[attr-defined]
            errors |= {name: ["This field is required."] for name in missing}
        try:
            values = super().to_internal_value(data)  # type: ignore[misc]
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**error.detail, **errors}) from None  # type: ignore[dict-item]
        if errors:
            raise serializers.ValidationError(errors)
        return values


class StrictSerializer(Strict, serializers.Serializer):
    pass


class StrictModelSerializer(Strict, serializers.ModelSerializer):
    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {
        models.CharField: Text,
        models.TextField: Text,
        models.SlugField: Key,
        models.BooleanField: Flag,
        models.PositiveIntegerField: Whole,
        models.PositiveSmallIntegerField: Whole,
        models.DecimalField: Decimal,
        models.FloatField: Number,
    }
    serializer_choice_field = Choice

    def get_uniqueness_extra_kwargs(self, field_names: Any, declared_fields: Any, extra_kwargs: Any) -> Any:
        """Uniqueness goes by tenant, which is no field here: the views check it, and the database holds it."""
        return extra_kwargs, {}

    def get_validators(self) -> list[Any]:
        return []
