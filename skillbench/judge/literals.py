"""Working out what an expression of literals amounts to, without running anything."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

_LONGEST = 4_000
"""Characters, items or digits that a folded value may have."""

_OPERATIONS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.BitXor: operator.xor,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
}
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (str, int, float, round, chr, ord, abs, sum, list, tuple, sorted, bytes, len, min, max, hex, repr)
} | {"reversed": lambda items: list(reversed(items)), "Decimal": float, "Fraction": float}
_METHODS = frozenset(
    {"join", "replace", "lower", "upper", "strip", "split", "zfill", "format", "decode", "encode", "hex"}
)

Names = Mapping[str, Any]
Value = Callable[[ast.AST], Any]

_DEEPEST = 40


class Unknown(Exception):  # noqa: N818  a signal within this module, no error
    """The expression is more than literals."""


def constant(node: ast.AST, names: Names | None = None) -> Any:
    """The value of an expression of literals, or None.

    Args:
        node: the expression.
        names: values of the names that are literals themselves.

    Example:
        >>> import ast
        >>> constant(ast.parse("float('12' + '34.5') * 2", mode="eval").body)
        2469.0
        >>> constant(ast.parse("total + 1", mode="eval").body) is None
        True
    """
    try:
        return _value(node, names or {}, 0)
    except (Unknown, ArithmeticError, TypeError, ValueError, LookupError, AttributeError, RecursionError):
        return None


def operated(operation: ast.operator, one: Any, other: Any) -> Any:
    """What an operation gives, or None where it gives nothing or too much."""
    try:
        return _operation(operation, one, other)
    except (Unknown, ArithmeticError, TypeError, ValueError):
        return None


def _value(node: ast.AST, names: Names, depth: int) -> Any:
    fold = _FOLDS.get(type(node))
    if fold is None or depth > _DEEPEST:
        raise Unknown
    return fold(node, lambda part: _value(part, names, depth + 1), names)


def _slot(node: ast.AST, value: Value) -> Any:
    if not isinstance(node, ast.Slice):
        return value(node)
    return slice(*(None if part is None else value(part) for part in (node.lower, node.upper, node.step)))


def _name(node: Any, _: Value, names: Names) -> Any:
    if node.id not in names:
        raise Unknown
    return names[node.id]


def _unary(node: Any, value: Value, _: Names) -> Any:
    operand = value(node.operand)
    return -operand if isinstance(node.op, ast.USub) else +operand


def _called(node: Any, value: Value, _: Names) -> Any:
    if node.keywords:
        raise Unknown
    return _call(node.func, [value(argument) for argument in node.args], value)


def _operation(operation: ast.operator, one: Any, other: Any) -> Any:
    if isinstance(operation, ast.Pow):
        if not (
            isinstance(one, int | float) and isinstance(other, int | float) and abs(one) <= 1e6 and abs(other) <= 20
        ):
            raise Unknown
        return one**other
    function = _OPERATIONS.get(type(operation))
    if function is None or (isinstance(operation, ast.Mult) and not _small(one, other)):
        raise Unknown
    if isinstance(operation, ast.Mod) and not isinstance(one, int | float):
        raise Unknown  # "%999999999d" % 1
    if isinstance(operation, ast.LShift) and not (isinstance(other, int) and 0 <= other <= 64):
        raise Unknown
    return _bounded(function(one, other))


def _small(one: Any, other: Any) -> bool:
    """Whether a product stays small: of two numbers always, of a text or list only when it is repeated a few times."""
    if not isinstance(one, str | list) and not isinstance(other, str | list):
        return True
    times, many = (one, other) if isinstance(one, int) else (other, one)
    return isinstance(times, int) and isinstance(many, str | list) and times * len(many) <= _LONGEST


def _call(function: ast.AST, arguments: list[Any], value: Value) -> Any:
    if isinstance(function, ast.Name) and function.id in _FUNCTIONS:
        if function.id == "bytes" and not all(isinstance(argument, list) for argument in arguments):
            raise Unknown  # bytes(10**9) is a gigabyte
        return _bounded(_FUNCTIONS[function.id](*arguments))
    if isinstance(function, ast.Attribute):
        if function.attr == "fromhex":
            return bytes.fromhex(*arguments)
        owner = value(function.value)
        if function.attr in _METHODS and isinstance(owner, str | bytes):
            if function.attr == "zfill" and not all(isinstance(a, int) and a < _LONGEST for a in arguments):
                raise Unknown
            if function.attr == "format" and re.search(r":[^}]*[0-9]{4}", str(owner)):
                raise Unknown
            return _bounded(getattr(owner, function.attr)(*arguments))
    raise Unknown


def _bounded(value: Any) -> Any:
    if isinstance(value, str | bytes | list) and len(value) > _LONGEST:
        raise Unknown
    if isinstance(value, int) and abs(value) > 10**30:
        raise Unknown
    return value


_FOLDS: Mapping[type[ast.AST], Callable[[Any, Value, Names], Any]] = {
    ast.Constant: lambda node, _, __: node.value,
    ast.Name: _name,
    ast.BinOp: lambda node, value, _: _operation(node.op, value(node.left), value(node.right)),
    ast.UnaryOp: _unary,
    ast.List: lambda node, value, _: [value(item) for item in node.elts[:_LONGEST]],
    ast.Tuple: lambda node, value, _: [value(item) for item in node.elts[:_LONGEST]],
    ast.JoinedStr: lambda node, value, _: "".join(str(value(part)) for part in node.values),
    ast.FormattedValue: lambda node, value, _: value(node.value),
    ast.Subscript: lambda node, value, _: value(node.value)[_slot(node.slice, value)],
    ast.Call: _called,
}
