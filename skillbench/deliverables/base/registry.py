"""The folder walk is the registry: every file beside this package is one kind, or is refused with a reason."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pydantic import ValidationError

from skillbench import __version__, deliverables
from skillbench.core.errors import DeliverableError, InputError, TaskSetError
from skillbench.core.near import or_near
from skillbench.core.schema import Case, Product
from skillbench.core.sources import ARITHMETIC, revision_of
from skillbench.deliverables.base import contract
from skillbench.deliverables.base.contract import Deliverable

UNDER = (f"{deliverables.__name__}.", *ARITHMETIC)
"""Where a deliverable's arithmetic may stand."""

APART = (contract.__name__,)
"""The contract names duties and computes nothing, so that a duty more leaves frozen sets valid."""


@cache
def load_kinds() -> Mapping[str, type[Deliverable]]:
    """Every kind by name, in the order of names.

    Raises:
        DeliverableError: a file holds no deliverable or more than one, or one that breaks the contract.
    """
    names = sorted(info.name for info in pkgutil.iter_modules(deliverables.__path__) if not info.ispkg)
    return {name: _only_kind(name) for name in names}


def kind_named(name: str) -> type[Deliverable]:
    """The kind of this name.

    Raises:
        InputError: no such kind; the message lists those that exist.
    """
    if name not in load_kinds():
        near = or_near(name, load_kinds())
        raise InputError(f"no deliverable {name!r}{near}; there are: {', '.join(load_kinds())}")
    return load_kinds()[name]


@cache
def revision(kind: str) -> str:
    """Sixteen hex digits that change when the kind's source, or arithmetic under it, changes."""
    return revision_of({kind_named(kind).__module__}, UNDER, APART)


def frozen(work: Deliverable) -> Product:
    """A product as a case keeps it."""
    key = rounded(work.model_dump(mode="json"))
    return Product(kind=work.kind, revision=revision(work.kind), key=key)


def product_of(case: Case) -> Deliverable | None:
    """The product of a case; None for a twin.

    Raises:
        TaskSetError: its kind is not installed, or its key does not fit it.
    """
    return None if case.product is None else opened(case.product)


def opened(product: Product) -> Deliverable:
    """A frozen product with its methods.

    Raises:
        TaskSetError: its kind is not installed, or its key does not fit it.
    """
    try:
        return kind_named(product.kind).model_validate(product.key)
    except (InputError, ValidationError) as error:
        raise TaskSetError(f"the product of a case cannot be read: {error}\nBuild the set again.") from error


def check_products(cases: Iterable[Case], where: str, generator: str) -> None:
    """Refuse cases whose products this installation would compute otherwise.

    Args:
        cases: what would be run or judged.
        where: the set or case, for the message.
        generator: the release that froze it.

    Raises:
        TaskSetError: names every kind that differs and both revisions.
    """
    held = {(case.product.kind, case.product.revision) for case in cases if case.product}
    wrong = sorted((kind, of) for kind, of in held if of != (revision(kind) if kind in load_kinds() else "none"))
    if wrong:
        named = "; ".join(f"{kind}: frozen {of}" for kind, of in wrong)
        raise TaskSetError(
            f"{where} was frozen with other deliverables than the installed ones ({named}). It was built by "
            f"{generator}, this is {__version__}: install that release (pip install skillbench-steps=={generator}), "
            "undo the changes to skillbench/deliverables, or build the set again with `skillbench build`."
        )


def rounded(value: Any) -> Any:
    """JSON with every float to twelve significant digits: the last bit of a root may differ between C libraries."""
    if isinstance(value, float):
        return float(f"{value:.12g}")
    if isinstance(value, dict):
        return {name: rounded(inner) for name, inner in value.items()}
    return [rounded(inner) for inner in value] if isinstance(value, list) else value


def _only_kind(name: str) -> type[Deliverable]:
    module = importlib.import_module(f"{deliverables.__name__}.{name}")
    classes = [
        value
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, Deliverable) and value.__module__ == module.__name__
    ]
    if len(classes) != 1:
        raise DeliverableError(f"{module.__name__}: a file holds exactly one Deliverable, this one has {len(classes)}")
    found = classes[0]
    if duties := sorted(found.__abstractmethods__):
        raise DeliverableError(f"{module.__name__}: {found.__name__} does not define {', '.join(duties)}")
    undeclared = [one for one in ("kind", "sought", "named") if not getattr(found, one, None)]
    if undeclared or not (found.__doc__ or "").strip():
        raise DeliverableError(
            f"{module.__name__}: {found.__name__} declares no {', '.join(undeclared) or 'docstring'}"
        )
    if found.kind != name:
        raise DeliverableError(f"{module.__name__}: its kind is {found.kind!r}; a kind is named like its file")
    return found
