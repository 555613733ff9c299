"""Finding algorithms by name: plug-ins load when asked for, and broken ones are told by name."""

from __future__ import annotations

import sys
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from daisy_lab._algorithm import Registry
from daisy_lab.errors import MissingAlgorithmError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

GROUP = "tests_of_daisy_lab.algorithms"
STEP = """
    from daisy_lab import algorithm
    from daisy_lab.vocabulary import Same

    @algorithm
    def {name}(image: Same) -> Same:
        '''{name} it.'''
        return image
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Install a distribution of one module and one entry point, as an unpacked wheel lies on disk."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)

    def make(technique: str, code: str, *, module: str = "", value: str = "", distribution: str = "") -> None:
        module = module or f"daisy_test_{technique}"
        (tmp_path / f"{module}.py").write_text(dedent(code), "utf-8")
        name = distribution or module
        info = tmp_path / f"{name.replace('-', '_')}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8")
        (info / "top_level.txt").write_text(f"{module}\n", "utf-8")
        (info / "entry_points.txt").write_text(f"[{GROUP}]\n{technique} = {value or module}\n", "utf-8")

    yield make
    for name in set(sys.modules) - before:
        if name.startswith("daisy_test_"):
            del sys.modules[name]


def test_an_algorithm_is_found_by_its_id(install: Callable[..., None]) -> None:
    install("good", STEP.format(name="polish"))
    found = Registry(GROUP).get("good.polish")
    assert found.summary == "polish it."
    assert found(3) == 3


def test_an_algorithm_is_found_by_its_bare_name_where_that_is_unique(install: Callable[..., None]) -> None:
    install("good", STEP.format(name="polish"))
    registry = Registry(GROUP)
    assert registry.get("polish") is registry.get("good.polish")


def test_only_the_plugin_that_is_asked_for_loads(install: Callable[..., None]) -> None:
    install("good", STEP.format(name="polish"))
    install("other", STEP.format(name="paint"))
    Registry(GROUP).get("good.polish")
    assert "daisy_test_good" in sys.modules
    assert "daisy_test_other" not in sys.modules


def test_all_are_listed_by_id(install: Callable[..., None]) -> None:
    install("b", STEP.format(name="polish"))
    install("a", STEP.format(name="paint"))
    assert [item.id for item in Registry(GROUP)] == ["a.paint", "b.polish"]


def test_two_of_one_bare_name_must_be_told_apart(install: Callable[..., None]) -> None:
    install("a", STEP.format(name="paint"))
    install("b", STEP.format(name="paint"))
    registry = Registry(GROUP)
    with pytest.raises(
        MissingAlgorithmError,
        match=r"several algorithms are named 'paint': a\.paint, b\.paint; write one of these",
    ):
        registry.get("paint")
    assert registry.get("b.paint").id == "b.paint"


def test_a_missing_name_tells_what_there_is_and_what_is_near(install: Callable[..., None]) -> None:
    install("good", STEP.format(name="polish"))
    with pytest.raises(MissingAlgorithmError) as caught:
        Registry(GROUP).get("good.polsh")
    assert str(caught.value) == "no algorithm 'good.polsh'; there is good.polish; did you mean 'good.polish'?"


def test_a_missing_name_is_a_key_error_too() -> None:
    with pytest.raises(KeyError):
        Registry("a group that nobody uses").get("nothing")


BROKEN = [
    ("import no_such_library", "ModuleNotFoundError: No module named 'no_such_library'"),
    ("1 / 0", "ZeroDivisionError: division by zero"),
    ("this is no Python", "SyntaxError"),
    (
        "from daisy_lab import algorithm\n@algorithm\ndef bad(image): return image",
        "DefinitionError: algorithm bad: argument 'image' has no type",
    ),
    ("x = 5", "daisy_test_broken has no algorithm"),
    ("import sys\nsys.exit('no licence')", "SystemExit: no licence"),
]


@pytest.mark.parametrize(("code", "reason"), BROKEN)
def test_a_broken_plugin_is_told_and_takes_nothing_down(
    install: Callable[..., None], code: str, reason: str
) -> None:
    install("broken", code)
    install("good", STEP.format(name="polish"))
    registry = Registry(GROUP)
    assert [item.id for item in registry] == ["good.polish"]
    (broken,) = registry.broken()
    assert (broken.name, broken.value, broken.distribution) == (
        "broken",
        "daisy_test_broken",
        "daisy_test_broken",
    )
    assert reason in broken.reason


def test_a_missing_name_tells_which_plugins_could_not_be_loaded(install: Callable[..., None]) -> None:
    install("broken", "1 / 0")
    with pytest.raises(MissingAlgorithmError, match="these plug-ins could not be loaded: broken"):
        Registry(GROUP).get("broken.step")


def test_a_broken_plugin_is_tried_once(
    install: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    install("broken", "1 / 0")
    registry = Registry(GROUP)
    list(registry)
    list(registry)
    assert [record.message for record in caplog.records] == [
        "plug-in broken could not be loaded: division by zero"
    ]


def test_a_technique_name_that_is_taken_is_told(install: Callable[..., None]) -> None:
    install("same", STEP.format(name="polish"), module="daisy_test_one")
    install("same", STEP.format(name="paint"), module="daisy_test_two")
    registry = Registry(GROUP)
    (found,) = list(registry)
    (broken,) = registry.broken()
    assert {found.name, broken.distribution} in ({"polish", "daisy_test_two"}, {"paint", "daisy_test_one"})
    assert "the name is taken by daisy_test_" in broken.reason


def test_a_plugin_can_gather_algorithms_of_other_modules(
    install: Callable[..., None], tmp_path: Path
) -> None:
    (tmp_path / "daisy_test_elsewhere.py").write_text(dedent(STEP.format(name="polish")), "utf-8")
    install("door", "from daisy_test_elsewhere import polish")
    registry = Registry(GROUP)
    assert [item.id for item in registry] == ["door.polish"]
    assert registry.get("door.polish").id == "door.polish"


def test_a_plugin_can_be_one_algorithm(install: Callable[..., None]) -> None:
    install("one", STEP.format(name="polish"), value="daisy_test_one:polish")
    assert [item.id for item in Registry(GROUP)] == ["one.polish"]


def test_ours_are_found_like_anybodys() -> None:
    found = Registry().get("ct.reconstruct")
    assert found.module.startswith("daisy_lab.algorithms.ct")
    assert found.version.startswith("daisy-lab ")
    assert Registry().broken() == ()


def test_one_of_a_module_that_is_no_plugin_has_the_module_in_its_id(
    install: Callable[..., None], tmp_path: Path
) -> None:
    (tmp_path / "daisy_test_script.py").write_text(dedent(STEP.format(name="polish_alone")), "utf-8")
    from daisy_test_script import polish_alone  # type: ignore[import-not-found]  # noqa: PLC0415 - made just now

    from daisy_lab._algorithm import registry  # noqa: PLC0415 - beside what it is asked for

    assert polish_alone.id == "daisy_test_script:polish_alone"
    assert registry.get("daisy_test_script:polish_alone") is polish_alone
    assert registry.get("polish_alone") is polish_alone
