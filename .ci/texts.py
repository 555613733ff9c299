"""Compares the texts in the code with the Chinese catalogue: missing, stale, or without its placeholders.

`python .ci/texts.py` lists what is wrong and fails; with `--update` it writes the catalogue anew, an empty
translation for each new text, in the order of the files, without line numbers (they would change daily).
JupyterLab reads translations as JSON: its share of the catalogue is written beside it, and must not be stale.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any, NamedTuple

import polib
from babel.messages.extract import extract_from_file

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "daisy_lab"
CATALOGUE = PACKAGE / "texts" / "zh_CN" / "daisy_lab.po"
PAGE = ROOT / "labextension"
PAGE_CATALOGUE = PACKAGE / "texts" / "locale" / "zh_CN" / "LC_MESSAGES" / "daisy_lab.json"
"""Where JupyterLab looks: the entry point `jupyterlab.locale` names daisy_lab.texts."""

_LITERAL = r"""'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\$]|\\.)*`"""
_CALL = re.compile(r"\btrans\s*\.\s*(?P<word>__|_n)\(")
_ONE = re.compile(rf"\s*(?P<text>{_LITERAL})\s*[,)]")
_TWO = re.compile(rf"\s*(?P<single>{_LITERAL})\s*,\s*(?P<text>{_LITERAL})\s*,")
_KEYWORDS = {"_": None, "later": None}
_SCHEMA_TEXTS = ("title", "description", "jupyter.lab.setting-icon-label")


def used_texts(package: Path) -> dict[str, str]:
    """Give each text inside `_( )`, with the file that says it first, in the order of the files."""
    used: dict[str, str] = {}
    for path in sorted(package.rglob("*.py")):
        for _line, text, _comments, _context in extract_from_file("python", path, keywords=_KEYWORDS):
            used.setdefault(str(text), path.relative_to(package.parent).as_posix())
    for path in sorted(package.rglob("templates/*.html")):
        for _line, text, _comments, _context in extract_from_file(
            "jinja2", path, keywords={"_": None, "words": None}
        ):
            used.setdefault(str(text), path.relative_to(package.parent).as_posix())
    if package == PACKAGE:
        for text, where in declared_texts():
            used.setdefault(text, where)
        for said in page_texts(PAGE):
            if said.text is not None:
                used.setdefault(said.text, said.where)
    return used


class Said(NamedTuple):
    """A text of the page: where, and of one that counts how it reads for one thing."""

    where: str
    text: str | None
    """None for what is no literal."""
    single: str | None = None


def page_texts(page: Path) -> Iterator[Said]:
    """Give each text inside `trans.__( )` and `trans._n( )` of the TypeScript sources, and those of the schemas."""
    for path in sorted([*page.glob("src/**/*.ts"), *page.glob("src/**/*.tsx")]):
        code = path.read_text("utf-8")
        for call in _CALL.finditer(code):
            where = f"{path.relative_to(page.parent).as_posix()}"
            found = (_ONE if call["word"] == "__" else _TWO).match(code, call.end())
            if found is None:
                yield Said(f"{where}:{code.count(chr(10), 0, call.start()) + 1}", None)
            else:
                single = found.groupdict().get("single")
                yield Said(where, _unquoted(found["text"]), None if single is None else _unquoted(single))
    for path in sorted(page.glob("schema/*.json")):
        where = path.relative_to(page.parent).as_posix()
        yield from (Said(where, text) for text in _schema_texts(json.loads(path.read_text("utf-8"))))


def _unquoted(literal: str) -> str:
    """Give what a literal of JavaScript says."""
    inner = literal[1:-1]
    escaped = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
    plain = {"n": "\n", "t": "\t"}
    return escaped.sub(
        lambda found: chr(int(found[1][1:], 16)) if len(found[1]) > 1 else plain.get(found[1], found[1]),
        inner,
    )


def _schema_texts(schema: dict[str, Any]) -> Iterator[str]:
    """Give what a reader sees of a settings schema; labextension/src/schemaTexts.ts translates the same."""
    yield from (schema[key] for key in _SCHEMA_TEXTS if isinstance(schema.get(key), str))
    for field in schema.get("properties", {}).values():
        yield from _schema_texts(field)


def page_catalogue(page: Path, catalogue: Path) -> str:
    """Give the translated texts of the page as JupyterLab reads them."""
    held = {entry.msgid: entry.msgstr for entry in polib.pofile(str(catalogue), encoding="utf-8")}
    head = {"domain": "daisy_lab", "language": "zh-CN", "plural_forms": "nplurals=1; plural=0;"}
    made: dict[str, object] = {"": head}
    for said in sorted(page_texts(page), key=lambda said: said.text or ""):
        translated = held.get(said.text or "")
        if translated and said.single is None:
            made[said.text or ""] = [translated]
        elif translated and said.single is not None:
            # JupyterLab takes a text that counts only with two forms or more, even where a language has one.
            made[said.single] = [translated, translated]
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def declared_texts() -> Iterator[tuple[str, str]]:
    """Give what our algorithms and workflows say of themselves, which stands in no `_( )`, and where."""
    from daisy_lab import Workflow  # noqa: PLC0415 - a package of another tree is read, not imported
    from daisy_lab._algorithm import registry  # noqa: PLC0415 - likewise

    for algorithm in registry:
        if algorithm.module.partition(".")[0] != PACKAGE.name:
            continue
        where = f"{algorithm.module.replace('.', '/')}.py"
        ports = (*algorithm.inputs, *algorithm.outputs)
        said = [
            algorithm.title,
            algorithm.summary,
            *(part for port in ports for part in (port.title, port.text)),
        ]
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
    if package == PACKAGE:
        for said in page_texts(PAGE):
            if said.text is None:
                yield f"{said.where}: no literal text; say trans.__('... %1', value)"


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
    """Give the names in braces and numbers such as `%1`; a text with a broken brace has the placeholder `broken`."""
    numbers = frozenset(re.findall(r"%\d+", text))
    try:
        return numbers | {
            name for _text, name, _spec, _conversion in Formatter().parse(text) if name is not None
        }
    except ValueError:
        return numbers | {"broken"}


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
        PAGE_CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        PAGE_CATALOGUE.write_text(page_catalogue(PAGE, CATALOGUE), "utf-8")
    found = faults(PACKAGE, CATALOGUE)
    if not PAGE_CATALOGUE.is_file() or PAGE_CATALOGUE.read_text("utf-8") != page_catalogue(PAGE, CATALOGUE):
        found.append(f"{PAGE_CATALOGUE.relative_to(ROOT)} is stale: run `python .ci/texts.py --update`")
    if found:
        sys.exit("\n".join([*found, f"{len(found)} texts to mend in {CATALOGUE.relative_to(ROOT)}"]))
    print(f"texts: {len(used_texts(PACKAGE))}, all translated")


if __name__ == "__main__":
    main()
