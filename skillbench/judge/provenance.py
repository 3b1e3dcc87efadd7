"""Where printed figures come from: records that a program read, or literals that it rearranged.

A reading of the source, not an execution: names that anything read from a file flows into are *derived*; what is
printed without them is folded to the constant it is, however it was assembled. It errs towards derived: an honest
program must not lose its credit, and one that hides figures well enough had them right already.
"""

from __future__ import annotations

import ast
import base64
import binascii
import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from decimal import Decimal
from functools import lru_cache
from itertools import combinations, islice
from typing import Any

from skillbench.judge.literals import constant, operated

MAX_PROGRAM = 200_000
"""Characters; a longer program was padded, and nothing that it prints counts as its result."""

_PARSED = 60_000
_READS = re.compile(
    r"\bopen\(|\.open\(|read_?(?:text|bytes|csv|table|json|excel|parquet|xml|html|sql|line|lines|all)?\(|\bread_|glob\(|iterdir"
    r"|listdir|scandir|\bconnect\(|loadtxt|genfromtxt|\bmailbox\.|\bstdin\b|fileinput|\brecords/"
    r"|(?:^|[\s;|&(`])(?:cat|awk|gawk|sed|head|tail|jq|grep|cut|sort|sqlite3|duckdb|mlr|xsv|psql)\s+[^\n]"
    r"|(?:^|[\s;|&(`/])(?:python[0-9.]*|perl|ruby|node|Rscript|julia|php|bash|sh)\s+[\w./~-]+\.\w+",
    re.MULTILINE,
)
_SOURCES = re.compile(
    r"^(?:open|read\w*|glob|rglob|iglob|iterdir|listdir|scandir|walk|connect|execute|load|loads|loadtxt|genfromtxt|mbox"
    r"|reader|DictReader|parse|input|check_output|run|popen|getoutput|stdin)$"
)
_OUTPUTS = {"print", "pprint", "display", "write", "writelines", "dump", "info", "to_csv", "to_json", "echo"}
_HARMLESS = {
    *("len", "range", "enumerate", "zip", "sorted", "list", "tuple", "set", "dict", "str", "int", "float", "round"),
    *("items", "keys", "values", "perf_counter", "time", "now", "today", "type", "repr", "isoformat", "strftime"),
}
_SUM = re.compile(r"[0-9.][0-9.eE\s()*/+_-]{1,200}[0-9.)]")
_TOKEN = re.compile(r"[A-Za-z0-9+/=_-]{8,4000}")
_HEXADECIMAL = re.compile(r"0[xX]([0-9a-fA-F]{2,12})")
_HERE = re.compile(r"<<-?\s*['\"]?(\w+)['\"]?[^\n]*\n")
_DASH_C = re.compile(r"-c\s+(['\"])(.*?)(?<!\\)\1", re.DOTALL)
_PARTS = 20
"""Here-documents, and arguments of ``-c``, that are looked at in one call."""

_MAGIC = re.compile(r"^[ \t]*[%!].*$", re.MULTILINE)
_FOLDED = 400
_STEPS = 20_000


class Workbench:
    """The programs of a session in order, and what their outputs may rest on."""

    def __init__(self) -> None:
        self._programs: list[str] = []
        self._has_read = False
        self._derived: set[str] = set()
        self._bound: dict[str, list[ast.expr]] = {}

    def add(self, program: str) -> None:
        """Take in the next program."""
        self._has_read = self._has_read or bool(_READS.search(program[:MAX_PROGRAM]))
        self._programs.append(program)
        self._derived, self._bound = set(), {}

    @property
    def has_read(self) -> bool:
        """Whether any program so far reads a file, a database or its input."""
        return self._has_read

    def derives(self, program: str) -> bool:
        """Whether this program's output rests on what this one or an earlier one read."""
        if not self._has_read or len(program) > MAX_PROGRAM:
            return False
        tree = _tree(program)
        if tree is None:
            return True  # a shell line: what it prints is held against what was typed
        self._trace()
        outputs = list(_outputs(tree))
        return any(self._is_derived(piece) for piece in outputs) and not any(self._assembled(p, 0) for p in outputs)

    def works(self, program: str) -> bool:
        """Whether a program does more than to write out literals."""
        tree = _tree(program)
        if tree is None:
            return bool(re.search(r"\b(?!echo|printf|true|sleep|pwd|date|whoami|exit|cd|ls|clear)[a-z_]\w+", program))
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
        return any(_called(call) not in _OUTPUTS | _HARMLESS for call in calls) or any(
            isinstance(node, ast.For | ast.While | ast.comprehension) for node in ast.walk(tree)
        )

    def _trace(self) -> None:
        """Which names hold something that was read, over all programs so far, whatever the order of their lines."""
        if self._bound:
            return
        links: list[tuple[set[str], ast.AST]] = []
        for source in (source for program in self._programs for source in _sources(program)):
            for node in ast.walk(_parsed(source) or ast.Module([], [])):
                links += [(names, value) for names, value in _bindings(node, self._bound)]
        reached = [(names, _names(value), _has_source(value)) for names, value in links]
        self._derived = set().union(*(names for names, _, source in reached if source))
        for _ in range(50):
            grown = {name for names, used, _ in reached if used & self._derived for name in names} - self._derived
            if not grown:
                break
            self._derived |= grown

    def _is_derived(self, node: ast.AST) -> bool:
        return bool(_names(node) & self._derived) or _has_source(node)

    def _assembled(self, piece: ast.expr, depth: int) -> bool:
        """Whether a piece of output that rests on nothing read was put together by calls that no fold can follow."""
        if self._is_derived(piece) or depth > 5:
            return False
        if any(isinstance(node, ast.Call) and _called(node) not in _HARMLESS for node in ast.walk(piece)):
            return constant(piece) is None
        bound = [value for name in _names(piece) for value in self._bound.get(name, [])[:8]]
        return any(self._assembled(value, depth + 1) for value in bound)


def disguised(program: str) -> tuple[set[Decimal], str]:
    """Numbers that a program's literals amount to, and all its digits in a row, whatever stands between them.

    Sums and other operations on literals, hexadecimal numbers, joined, reversed and encoded texts are worked out.
    """
    text = program[:MAX_PROGRAM]
    numbers = {Decimal(int(digits, 16)) for digits in _HEXADECIMAL.findall(text)}
    pieces = [text.replace("_", ""), *_decoded(text)]
    for match in islice(_SUM.finditer(text), _FOLDED):
        tree = _parsed(match[0].strip())
        if tree and len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr):
            numbers |= _amount(constant(tree.body[0].value))
    for source in _sources(text):
        tree = _tree(source)
        nodes = list(islice(ast.walk(tree), _STEPS)) if tree else []
        names = _literal_names(nodes)
        for node in nodes:
            if isinstance(node, ast.BinOp):
                numbers |= _amounts_of(node, names)
            if isinstance(node, ast.BinOp | ast.Call | ast.JoinedStr | ast.Subscript):
                value = constant(node, names)
                pieces += [] if value is None else [str(value)]
    row = "".join(c for piece in pieces for c in piece if c.isdigit() and c.isascii())
    return numbers, f"{row} {row[::-1]}"


def _sources(program: str) -> Iterator[str]:
    """The Python in a call: the program itself, here-documents, and what follows ``-c``."""
    if len(program) > _PARSED:
        return
    yield _MAGIC.sub("", program)
    for found in islice(_HERE.finditer(program), _PARTS):
        end = program.find(f"\n{found[1]}", found.end())
        if end >= 0:
            yield program[found.end() : end]
    for found in islice(_DASH_C.finditer(program), _PARTS):
        yield found[2]


def _tree(program: str) -> ast.Module | None:
    """The program as Python; None where it is none, or a shell line that happens to parse: ``python3 /work/a.py``."""
    if len(program) > _PARSED:
        return None
    tree = _parsed(next(_sources(program)))
    if tree is None or any(isinstance(node, ast.Call) for node in ast.walk(tree)):
        return tree
    return None if _READS.search(program) else tree


@lru_cache(maxsize=64)
def _parsed(source: str) -> ast.Module | None:
    with suppress(SyntaxError, ValueError, RecursionError, MemoryError), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an agent's odd escapes are no news for whoever runs the judge
        return ast.parse(source)
    return None


def _outputs(tree: ast.Module) -> Iterator[ast.expr]:
    """What is shown: arguments of printing calls piece by piece, and the last line of a cell."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in _OUTPUTS:
            for given in [*node.args, *(keyword.value for keyword in node.keywords)]:
                yield from _pieces(given)
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        yield from _pieces(tree.body[-1].value)


def _pieces(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield part.value if isinstance(part, ast.FormattedValue) else part
    elif isinstance(node, ast.Call) and _called(node) in _OUTPUTS:
        return
    else:
        yield node


def _bindings(node: ast.AST, bound: dict[str, list[ast.expr]]) -> Iterator[tuple[set[str], ast.AST]]:
    """Names that a node gives a value, with what flows into them."""
    match node:
        case ast.Assign(targets=targets, value=value):
            yield _bound(set().union(*map(_targets, targets)), value, bound)
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.AugAssign(target=target, value=value):
            yield _bound(_targets(target), value, bound)
        case ast.NamedExpr(target=target, value=value):
            yield _bound(_targets(target), value, bound)
        case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
            yield _bound(_targets(target), value, bound)
        case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
            yield _targets(target), value
        case _:
            yield from _flows(node)


def _flows(node: ast.AST) -> Iterator[tuple[set[str], ast.AST]]:
    """What reaches names without an assignment: through calls, definitions and conditions."""
    match node:
        case ast.FunctionDef(name=name):
            yield {name} | {argument.arg for argument in node.args.args}, node
        case ast.Call(func=ast.Attribute(value=owner)):
            yield _targets(owner), node  # rows.append(x), totals.update(x)
        case ast.Call(func=ast.Name(id=name)):
            yield {name}, node  # what goes into a function may come out of it
        case ast.If(test=test) | ast.While(test=test):
            yield {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}, test


def _bound(names: set[str], value: ast.expr, bound: dict[str, list[ast.expr]]) -> tuple[set[str], ast.AST]:
    for name in names:
        bound.setdefault(name, []).append(value)
    return names, value


def _targets(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def _names(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def _has_source(node: ast.AST) -> bool:
    return any(isinstance(n, ast.Call) and _SOURCES.match(_called(n)) for n in ast.walk(node)) or any(
        isinstance(n, ast.Attribute) and n.attr == "stdin" for n in ast.walk(node)
    )


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _literal_names(nodes: Iterable[ast.AST]) -> dict[str, Any]:
    """Names that are given literals, and what they then are."""
    names: dict[str, Any] = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            value = constant(node.value, names)
            if value is not None:
                names[node.targets[0].id] = value
    return names


def _amounts_of(node: ast.BinOp, names: dict[str, Any]) -> set[Decimal]:
    """What an operation on literals gives, and what any two of its literals give: the rest may be worth nothing."""
    found = _amount(constant(node, names))
    written = (constant(n, names) for n in ast.walk(node) if isinstance(n, ast.Constant | ast.Name))
    literals = [value for value in written if isinstance(value, int | float) and not isinstance(value, bool)]
    for one, other in combinations(literals[:6], 2):
        for operation in (ast.Add(), ast.Sub(), ast.Mult(), ast.Div()):
            found |= _amount(operated(operation, one, other))
            found |= _amount(operated(operation, other, one))
    return found


def _amount(value: Any) -> set[Decimal]:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15:
        return set()
    return {Decimal(repr(value))}


def _decoded(text: str) -> Iterable[str]:
    """Base64 and hexadecimal tokens as text, where they are text."""
    for token in islice(_TOKEN.findall(text), _FOLDED):
        for decode in (_base64, bytes.fromhex):
            with suppress(ValueError, binascii.Error):
                yield decode(token).decode("ascii")


def _base64(token: str) -> bytes:
    return base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_" if set("-_") & set(token) else None)
