"""Runs every page of the documentation: Python and console blocks, in their order, in one folder.

A block with a title is a file, which is written there (tests/plugins builds those that are packages). `bash` and
`text` blocks are not run.
"""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sybil import Document, Example, Region
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
FENCE = RawFencedCodeBlockLexer(
    re.compile(r'(?P<language>\w+)(?: title="(?P<title>[^"]+)")?$\n', re.MULTILINE),
)
COMMAND = re.compile(r"^\$ (?P<command>.*(?:\n> .*)*)\n?(?P<output>(?:(?!\$ ).*\n?)*)", re.MULTILINE)
LOOSE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def runnable(document: Document) -> Iterator[Region]:
    evaluators = {"python": PythonEvaluator(), "console": console}
    for region in FENCE(document):
        region.parsed = region.lexemes["source"]
        if region.lexemes["title"]:
            region.evaluator = write
        elif region.lexemes["language"] in evaluators:
            region.evaluator = evaluators[region.lexemes["language"]]
        else:
            continue
        yield region


def write(example: Example) -> None:
    path = Path(example.region.lexemes["title"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(example.parsed, "utf-8")


def console(example: Example) -> None:
    run_console(example.parsed, Path.cwd())


def run_console(source: str, folder: Path) -> None:
    """Run each `$ command`; where output is shown below it, it is compared, `...` standing for anything."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "DAISY_LAB_LANGUAGE": "en",
        "COLUMNS": "200",
    }
    for found in COMMAND.finditer(source):
        command = found["command"].replace("\n> ", "\n")
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=240,
        )
        assert done.returncode == 0, f"$ {command}\n{done.stdout}\n{done.stderr}"
        shown = found["output"].strip()
        if shown:
            same = doctest.OutputChecker().check_output(shown + "\n", done.stdout.strip() + "\n", LOOSE)
            assert same, f"$ {command}\nthe page shows:\n{shown}\nit says:\n{done.stdout}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_block_of_a_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = Document.parse(str(page), runnable)
    document.namespace["__name__"] = "__main__"
    monkeypatch.chdir(tmp_path)
    for example in document.examples():
        example.evaluate()


def test_output_that_differs_from_the_page_is_told(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="the page shows"):
        run_console("$ echo 295\n296\n", tmp_path)


def test_a_failing_command_is_told(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="no such thing"):
        run_console("$ true\n$ echo no such thing; false\n", tmp_path)


def test_every_fence_of_the_documentation_has_a_known_language() -> None:
    known = {"python", "console", "bash", "text", "toml", "yaml", "c", "json", "po"}
    for page in PAGES:
        fences = re.findall(r"^\s*(```+)([^\n]*)$", page.read_text("utf-8"), re.MULTILINE)
        opening = [info.split()[0] if info.strip() else "" for _fence, info in fences[::2]]
        assert set(opening) <= known, f"{page}: {set(opening) - known}"
