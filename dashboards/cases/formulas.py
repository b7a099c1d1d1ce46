"""A formula written once, read twice: worked out here over many runs at once, and written as a spreadsheet's own.

The language is small: names of inputs and lines, `name[-1]` for the year before, `year`, numbers, + - * / **, one
comparison, `choose(condition, then, otherwise)` and `total(line)` over all years.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
At = Callable[[str, int], Any]
"""The value (or the cell) of a name in the year so many years from this one."""
Span = Callable[[str], Any]
"""The sum of a line's years (or the cells to sum)."""

YEAR = "year"
_SIGNS: dict[type, tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", np.add),
    ast.Sub: ("-", np.subtract),
    ast.Mult: ("*", np.multiply),
    ast.Div: ("/", np.divide),
    ast.Pow: ("^", np.power),
    ast.Gt: (">", np.greater),
    ast.GtE: (">=", np.greater_equal),
    ast.Eq: ("=", np.equal),
}


@dataclass(frozen=True)
class Named:
    """A name in a formula; `years` from the formula's own year, `summed` where `total()` asks for all of them."""

    name: str
    years: int = 0
    summed: bool = False


@cache
def parsed(text: str) -> ast.expr:
    """The formula's tree. Raises ValueError for anything that is not in the language."""
    tree = ast.parse(text, mode="eval").body
    for _ in _walk(tree):
        pass
    return tree


def names_in(text: str) -> tuple[Named, ...]:
    """What a formula refers to, `year` left out."""
    return tuple(name for name in _walk(parsed(text)) if name.name != YEAR)


def value(text: str, *, at: At, total: Span) -> Floats:
    """The formula over all runs. What no run should see (a division by nothing on the branch not chosen) is nan."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(_value(parsed(text), at, total), dtype=float)


def written(text: str, *, at: At, span: Span) -> str:
    """The formula as a spreadsheet writes it, without the equals sign."""
    return _written(parsed(text), at, span)


def _value(node: ast.expr, at: At, total: Span) -> Any:
    match node:
        case ast.Constant(value=number):
            return float(number)  # type: ignore[arg-type]
        case ast.Name(id=name):
            return at(name, 0)
        case ast.Subscript(value=ast.Name(id=name)):
            return at(name, -1)
        case ast.UnaryOp(operand=operand):
            return -_value(operand, at, total)
        case ast.BinOp(left=left, op=op, right=right):
            return _SIGNS[type(op)][1](_value(left, at, total), _value(right, at, total))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _SIGNS[type(op)][1](_value(left, at, total), _value(right, at, total))
        case ast.Call(func=ast.Name(id="choose"), args=[condition, then, otherwise]):
            return np.where(*(_value(part, at, total) for part in (condition, then, otherwise)))
        case ast.Call(func=ast.Name(id="total"), args=[ast.Name(id=name)]):
            return total(name)
    raise ValueError(ast.unparse(node))


def _written(node: ast.expr, at: At, span: Span) -> str:
    match node:
        case ast.Constant(value=number):
            return str(number)
        case ast.Name(id=name):
            return str(at(name, 0))
        case ast.Subscript(value=ast.Name(id=name)):
            return str(at(name, -1))
        case ast.UnaryOp(operand=operand):
            return f"(-{_written(operand, at, span)})"
        case ast.BinOp(left=left, op=op, right=right) | ast.Compare(left=left, ops=[op], comparators=[right]):
            # Every pair in brackets: a spreadsheet binds signs otherwise than Python does.
            return f"({_written(left, at, span)}{_SIGNS[type(op)][0]}{_written(right, at, span)})"
        case ast.Call(func=ast.Name(id="choose"), args=args):
            return f"IF({','.join(_written(part, at, span) for part in args)})"
        case ast.Call(func=ast.Name(id="total"), args=[ast.Name(id=name)]):
            return f"SUM({span(name)})"
    raise ValueError(ast.unparse(node))


def _walk(node: ast.expr) -> Iterator[Named]:
    match node:
        case ast.Constant(value=int() | float()):
            return
        case ast.Name(id=name):
            yield Named(name)
        case ast.Subscript(value=ast.Name(id=name), slice=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1))):
            yield Named(name, -1)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            yield from _walk(operand)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _SIGNS:
            yield from _walk(left)
            yield from _walk(right)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _SIGNS:
            yield from _walk(left)
            yield from _walk(right)
        case ast.Call(func=ast.Name(id="choose"), args=[_, _, _] as args, keywords=[]):
            for part in args:
                yield from _walk(part)
        case ast.Call(func=ast.Name(id="total"), args=[ast.Name(id=name)], keywords=[]):
            yield Named(name, summed=True)
        case _:
            raise ValueError(f"not in the language of formulas: {ast.unparse(node)}")
