"""Compares the texts in the code with the Chinese catalogue: missing, stale, or without its placeholders.

`python .ci/texts.py` lists what is wrong and fails; with `--update` it writes the catalogue anew, an empty
translation for each new text, in the order of the files, without line numbers (they would change daily).
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

import polib
from babel.messages.extract import extract_from_file

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "daisy_lab"
CATALOGUE = PACKAGE / "texts" / "zh_CN" / "daisy_lab.po"


def used_texts(package: Path) -> dict[str, str]:
    """Give each text inside `_( )`, with the file that says it first, in the order of the files."""
    used: dict[str, str] = {}
    for path in sorted(package.rglob("*.py")):
        for _line, text, _comments, _context in extract_from_file("python", path, keywords={"_": None}):
            used.setdefault(str(text), path.relative_to(package.parent).as_posix())
    if package == PACKAGE:
        for text, where in declared_texts():
            used.setdefault(text, where)
    return used


def declared_texts() -> Iterator[tuple[str, str]]:
    """Give what our algorithms and workflows say of themselves, which stands in no `_( )`, and where."""
    from daisy_lab import Workflow  # noqa: PLC0415 - a package of another tree is read, not imported
    from daisy_lab._algorithm import registry  # noqa: PLC0415 - likewise

    for algorithm in registry:
        if algorithm.module.partition(".")[0] != PACKAGE.name:
            continue
        where = f"{algorithm.module.replace('.', '/')}.py"
        said = [algorithm.summary, *(port.text for port in (*algorithm.inputs, *algorithm.outputs))]
        for schema in algorithm.schema()["properties"].values():
            said += [schema["title"], schema.get("description", "")]
        yield from ((text, where) for text in said if text)
    for path in sorted((PACKAGE / "workflows").glob("*.json")):
        workflow = Workflow.load(path.stem)
        said = [workflow.title, workflow.summary, *workflow.inputs_text.values()]
        yield from ((text, path.relative_to(ROOT).as_posix()) for text in said if text)


def not_literal(package: Path) -> Iterator[str]:
    """Report each `_( )` around something that no catalogue can hold: an f-string, a variable, a sum."""
    for path in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_"):
                continue
            literal = len(node.args) == 1 and isinstance(node.args[0], ast.Constant)
            if not literal or node.keywords:
                where = f"{path.relative_to(package.parent).as_posix()}:{node.lineno}"
                yield f'{where}: {ast.unparse(node)} is no literal text; say _("...").format(...)'


def faults(package: Path, catalogue: Path) -> list[str]:
    """Give all that is wrong, one line each; an empty list is good."""
    used = used_texts(package)
    held = {entry.msgid: entry for entry in polib.pofile(str(catalogue), encoding="utf-8")}
    found = list(not_literal(package))
    found += [f"{where}: not in the catalogue: {text!r}" for text, where in used.items() if text not in held]
    for text, entry in held.items():
        if text not in used or entry.obsolete:
            found.append(f"obsolete, nothing says it any more: {text!r}")
        elif not entry.msgstr or entry.fuzzy:
            found.append(f"{used[text]}: not translated: {text!r}")
        elif placeholders(text) != placeholders(entry.msgstr):
            found.append(
                f"{used[text]}: other {{placeholders}} than the original: {text!r} -> {entry.msgstr!r}"
            )
    return found


def placeholders(text: str) -> frozenset[str]:
    """Give the names in braces; a text with a broken brace has the placeholder `broken`."""
    try:
        return frozenset(
            name for _text, name, _spec, _conversion in Formatter().parse(text) if name is not None
        )
    except ValueError:
        return frozenset({"broken"})


def update(package: Path, catalogue: Path) -> list[str]:
    """Write the catalogue anew; gives the entries that were dropped because nothing says them any more."""
    old = polib.pofile(str(catalogue), encoding="utf-8") if catalogue.exists() else polib.POFile()
    held = {entry.msgid: entry for entry in old}
    used = used_texts(package)
    new = polib.POFile(wrapwidth=110)
    new.header = "Daisy Lab in simplified Chinese. Kept in order by .ci/texts.py; read as it is."
    new.metadata = {"Language": "zh_CN", "MIME-Version": "1.0", "Content-Type": "text/plain; charset=UTF-8"}
    for text, where in used.items():
        entry = held.get(text)
        new.append(polib.POEntry(msgid=text, msgstr=entry.msgstr if entry else "", occurrences=[(where, "")]))
    new.save(str(catalogue))
    return [f"dropped: {text!r} -> {entry.msgstr!r}" for text, entry in held.items() if text not in used]


def main() -> None:
    """Check the catalogue of this repository, or update it."""
    if sys.argv[1:] == ["--update"]:
        print("\n".join([*update(PACKAGE, CATALOGUE), f"written: {CATALOGUE.relative_to(ROOT)}"]))
    found = faults(PACKAGE, CATALOGUE)
    if found:
        sys.exit("\n".join([*found, f"{len(found)} texts to mend in {CATALOGUE.relative_to(ROOT)}"]))
    print(f"texts: {len(used_texts(PACKAGE))}, all translated")


if __name__ == "__main__":
    main()
