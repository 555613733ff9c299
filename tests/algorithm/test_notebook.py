"""Algorithms defined in a notebook: there at once, replaced when their cell runs again, their source kept."""

from __future__ import annotations

import itertools
import linecache
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab import Algorithm
from daisy_lab._algorithm import registry
from daisy_lab.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Callable

_cells = itertools.count(1)


@pytest.fixture
def notebook() -> Callable[[str], dict[str, Any]]:
    """Run cells as IPython does: each a file of its own that is in linecache only, all in one `__main__`."""
    space: dict[str, Any] = {"__name__": "__main__"}

    def run(cell: str) -> dict[str, Any]:
        source = dedent(cell)
        name = f"<ipython-input-{next(_cells)}-of-the-tests>"
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        exec(compile(source, name, "exec", dont_inherit=True), space)  # noqa: S102 - what a notebook does
        return space

    run("from daisy_lab import algorithm\nfrom daisy_lab.vocabulary import Same")
    return run


FIRST = """
    @algorithm
    def cell_step(image: Same, *, times: int = 2) -> Same:
        '''Multiply.'''
        return image * times
"""
SECOND = """
    @algorithm
    def cell_step(image: Same, *, plus: float = 5.0) -> Same:
        '''Add.'''
        return image + plus
"""


def test_it_is_there_at_once_under_its_bare_name(notebook: Callable[[str], dict[str, Any]]) -> None:
    made = notebook(FIRST)["cell_step"]
    assert made.id == "cell_step"
    assert registry.get("cell_step") is made
    assert made in list(registry)
    assert made.defined_in_notebook


def test_running_the_cell_again_replaces_it(notebook: Callable[[str], dict[str, Any]]) -> None:
    first = notebook(FIRST)["cell_step"]
    assert registry.get("cell_step") is first
    second = notebook(SECOND)["cell_step"]
    found = registry.get("cell_step")
    assert found is second
    assert found.summary == "Add."
    assert list(found.schema()["properties"]) == ["plus"]
    assert [item.summary for item in registry if item.id == "cell_step"] == ["Add."]


def test_its_source_is_kept(notebook: Callable[[str], dict[str, Any]]) -> None:
    made = notebook(FIRST)["cell_step"]
    assert made.source == dedent(FIRST).lstrip("\n")


def test_its_version_is_a_digest_of_its_source(notebook: Callable[[str], dict[str, Any]]) -> None:
    first = notebook(FIRST)["cell_step"]
    again = notebook(FIRST)["cell_step"]
    second = notebook(SECOND)["cell_step"]
    assert first.version.startswith("source ")
    assert first.version == again.version
    assert first.version != second.version
    assert first.fingerprint == again.fingerprint
    assert first.fingerprint != second.fingerprint


def test_without_any_source_it_still_works() -> None:
    space: dict[str, Any] = {"__name__": "__main__"}
    exec("from daisy_lab import algorithm\nfrom daisy_lab.vocabulary import Same", space)  # noqa: S102 - no source on purpose
    exec("@algorithm\ndef sourceless(image: Same) -> Same: return image", space)  # noqa: S102 - no source on purpose
    made = space["sourceless"]
    assert made.source == ""
    assert made.version.startswith("source ")
    assert made(3) == 3


def test_a_cell_that_cannot_work_leaves_the_one_before(notebook: Callable[[str], dict[str, Any]]) -> None:
    first = notebook(FIRST)["cell_step"]
    with pytest.raises(DefinitionError):
        notebook("@algorithm\ndef cell_step(image) -> Same: return image")
    assert registry.get("cell_step") is first


def test_types_of_the_notebook_itself_can_be_used(notebook: Callable[[str], dict[str, Any]]) -> None:
    notebook("""
        from typing import Annotated, NamedTuple
        import numpy as np
        from daisy_lab.vocabulary import Array, Axes, Pixel

        Map = Annotated[Array, Axes("y", "x")]

        class Peak(NamedTuple):
            y: Pixel
            x: Pixel
    """)
    made = notebook("""
        @algorithm
        def cell_peak(image: Map) -> Peak:
            '''Find the highest pixel.'''
            return Peak(*np.unravel_index(image.argmax(), image.shape))
    """)["cell_peak"]
    assert isinstance(made, Algorithm)
    assert [port.name for port in made.outputs] == ["y", "x"]
    assert made(np.eye(3)[1:2]) == (0, 1)


@pytest.mark.soak
def test_a_cell_run_ten_thousand_times_leaves_one_algorithm(
    notebook: Callable[[str], dict[str, Any]],
) -> None:
    for _again in range(10_000):
        notebook("@algorithm\ndef cell_again(image: Same) -> Same: return image")
    assert sum(item.id == "cell_again" for item in registry) == 1
