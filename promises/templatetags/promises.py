"""Promises in templates: addresses that keep what was asked for."""

from django import template

from promises.board.asked import Asked

register = template.Library()


@register.simple_tag
def promise_ask(asked: Asked, **changes: str) -> str:
    """`{% promise_ask asked by="unit" %}`: the page's address with some of its parameters changed."""
    return asked.address(**changes)
