"""`%daisy` in an IPython shell: the same store and engine, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import daisy_lab

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest.importorskip("IPython")


@pytest.fixture
def shell() -> Iterator[Any]:
    from IPython.core.interactiveshell import InteractiveShell  # noqa: PLC0415 - an extra has it
    from traitlets.config import Config  # noqa: PLC0415 - as above

    made = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    made.run_line_magic("load_ext", "daisy_lab")
    store = daisy_lab.store
    store["magic/projections"] = np.ones((4, 8, 8), np.float32)
    yield made
    store.delete(*store)
    made.run_line_magic("unload_ext", "daisy_lab")
    assert "daisy" not in made.magics_manager.magics["line"]


def test_list_names_what_the_store_holds(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    shell.run_line_magic("daisy", "list")
    assert "magic/projections  array 4 x 8 x 8 float32" in capsys.readouterr().out


def test_list_finds_algorithms_by_a_word(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    shell.run_line_magic("daisy", "list algorithms transmission")
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("ct.minus_log") for line in lines)
    assert len(lines) < 10


def test_run_runs_and_gives_the_run(shell: Any) -> None:
    run = shell.run_line_magic(
        "daisy", "run ct.minus_log transmission=magic/projections floor=1e-4 into=magic/absorption"
    )
    run.result(60)
    assert np.all(daisy_lab.store["magic/absorption"] == 0)
    assert daisy_lab.engine.ledger.of_run(run.id).settings == {"floor": 1e-4}
    assert shell.run_line_magic("daisy", f"show {run.id}") is run


def test_show_tells_an_object_and_an_algorithm(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    shell.run_line_magic("daisy", "show magic/projections")
    assert "DataObject(name='magic/projections', version=" in capsys.readouterr().out
    shell.run_line_magic("daisy", "show ct.minus_log")
    assert "%daisy run ct.minus_log transmission=NAME [floor=VALUE]" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("show nothing", "'nothing' is no object of the store, no run and no algorithm"),
        ("show", "say what to show"),
        ("run", "say which algorithm to run"),
        ("run ct.minus_lo", "did you mean 'ct.minus_log'?"),
        ("run ct.minus_log oops", "'oops' is not understood"),
        ("run ct.minus_log transmission=gone", "no data object 'gone'"),
        ("run ct.minus_log transmission=magic/projections floor=-1", "floor"),
        ("run ct.minus_log transmission=magic/projections here=1", "'here' is not understood"),
        ("dance", "%daisy list"),
        ("", "%daisy list"),
    ],
)
def test_a_mistake_is_told_in_words(
    shell: Any, capsys: pytest.CaptureFixture[str], line: str, told: str
) -> None:
    assert shell.run_line_magic("daisy", line) is None
    out, err = capsys.readouterr()
    assert told in out
    assert "Traceback" not in out + err


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("%daisy ", "show"),
        ("%daisy run ct.minus", "ct.minus_log"),
        ("%daisy run ct.minus_log fl", "floor="),
        ("%daisy show magic/", "magic/projections"),
        ("%daisy list al", "algorithms"),
    ],
)
def test_words_are_completed(shell: Any, line: str, word: str) -> None:
    from IPython.core.completer import provisionalcompleter  # noqa: PLC0415 - an extra has it

    with pytest.MonkeyPatch.context() as patch, provisionalcompleter():
        patch.setattr(shell.Completer, "use_jedi", False)
        found = {completion.text for completion in shell.Completer.completions(line, len(line))}
    assert word in found
