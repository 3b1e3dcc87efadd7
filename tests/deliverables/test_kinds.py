"""What every kind of deliverable keeps."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from skillbench import deliverables
from skillbench.core.errors import DeliverableError, InputError, TaskSetError
from skillbench.core.taskset import TaskSet
from skillbench.deliverables.base import registry
from skillbench.deliverables.base.registry import check_products, kind_named, load_kinds, opened, product_of, revision


def test_the_folder_is_the_registry() -> None:
    """Every file is one kind under its own name, with a revision of its own."""
    assert "division" in load_kinds()
    assert all(name == kind.kind for name, kind in load_kinds().items())
    assert len({revision(name) for name in load_kinds()}) == len(load_kinds())


def test_an_unknown_kind_names_its_neighbour() -> None:
    """The message lists what there is and what may have been meant."""
    with pytest.raises(InputError, match="did you mean 'division'"):
        kind_named("devision")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("", "exactly one Deliverable, this one has 0"),
        ("class Half(Deliverable):\n    'Half.'\n", "Half does not define after, asked"),
        ("class Named(Division):\n    'Named.'\n", "its kind is 'division'"),
        ("class Bare(Division):\n    kind = 'strange'\n    sought = ''\n", "Bare declares no sought"),
    ],
)
def test_a_malformed_kind_is_refused(source: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each defect is refused at load with its reason."""
    name = f"{deliverables.__name__}.strange"
    module = ModuleType(name)
    head = "from skillbench.deliverables.base.contract import Deliverable\n"
    exec(f"{head}from skillbench.deliverables.division import Division\n{source}", vars(module))  # noqa: S102  its own text
    monkeypatch.setitem(sys.modules, name, module)
    with pytest.raises(DeliverableError, match=reason):
        registry._only_kind("strange")


def test_a_set_of_other_deliverables_is_refused(small_set: TaskSet) -> None:
    """A product frozen by other arithmetic, or of a kind that is not installed, is named."""
    case = next(case for case in small_set.cases if case.product)
    assert case.product is not None
    check_products([case], "here", "0.0.1")
    for update in ({"revision": "0" * 16}, {"kind": "juggling"}):
        strange = case.model_copy(update={"product": case.product.model_copy(update=update)})
        with pytest.raises(TaskSetError, match=r"frozen with other deliverables.*built by 0\.0\.1"):
            check_products([strange], "here", "0.0.1")


def test_a_key_that_does_not_fit_is_refused(small_set: TaskSet) -> None:
    """A key with a field too few is no key of its kind."""
    product = next(case.product for case in small_set.cases if case.product)
    with pytest.raises(TaskSetError, match="cannot be read"):
        opened(product.model_copy(update={"key": {}}))


def test_a_twin_has_no_product(small_set: TaskSet) -> None:
    """Only composed cases hand something in beside their measures."""
    assert all((product_of(case) is None) == (case.kind == "twin") for case in small_set.cases)
