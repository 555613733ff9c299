"""`%load_ext daisy_lab`: the magic `%daisy` in words, on the same store and engine as everything else.

In a kernel it also takes comms from now on, so that the sidebars are there before the browser asks for them.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, Final

from daisy_lab import texts
from daisy_lab._algorithm import registry
from daisy_lab._bridge import install
from daisy_lab._engine import default_engine, ref
from daisy_lab.errors import DaisyError, MissingObjectError, SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.texts import in_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from daisy_lab._algorithm import Algorithm
    from daisy_lab._engine import LocalEngine, Run

__all__ = ["daisy", "load", "unload"]

_MAGIC: Final = "daisy"


def load(shell: Any) -> None:  # noqa: ANN401 - IPython has no types
    """Enter the magic into a shell; in a kernel take comms from now on."""
    shell.register_magic_function(daisy, "line", _MAGIC)
    shell.set_hook("complete_command", _complete, str_key=f"%{_MAGIC}")
    if hasattr(shell, "kernel"):
        install()


def unload(shell: Any) -> None:  # noqa: ANN401 - IPython has no types
    """Take the magic out of a shell."""
    shell.magics_manager.magics["line"].pop(_MAGIC, None)


def daisy(line: str) -> Run | None:
    """Work with data objects and algorithms in words.

    %daisy list                                   what the store holds
    %daisy list algorithms [WORD]                 what can be run
    %daisy show NAME                              an object, a run, or an algorithm with its settings
    %daisy run ALGORITHM [PORT=NAME ...] [SETTING=VALUE ...] [into=NAME[,NAME]]

    A setting `=NAME` takes the value of an object: center==center.
    """
    words = shlex.split(line)
    verb, rest = (words[0], words[1:]) if words else ("", [])
    if verb not in _VERBS:
        print(daisy.__doc__)  # noqa: T201 - a magic speaks to its user
        return None
    try:
        return _VERBS[verb](default_engine(), rest)
    except DaisyError as error:
        # A user's mistake: words, no traceback.
        print(error)  # noqa: T201 - as above
        return None


def _list(engine: LocalEngine, words: list[str]) -> None:
    if words and words[0] == "algorithms":
        wanted = " ".join(words[1:]).lower()
        lines = [(found.id, texts.gettext(found.summary)) for found in registry]
        _print_table([line for line in lines if wanted in " ".join(line).lower()])
        return
    rows = []
    for name in engine.store:
        about = engine.store.describe(name)
        shape = " x ".join(map(str, about.shape))
        rows.append((name, f"{about.kind} {shape} {about.dtype}".strip(), about.unit, in_bytes(about.nbytes)))
    _print_table(rows)


def _show(engine: LocalEngine, words: list[str]) -> Run | None:
    if len(words) != 1:
        raise SettingError(_("say what to show: the name of an object, a run or an algorithm"))
    (name,) = words
    run = next((run for run in engine.runs if run.id == name), None)
    if run is not None:
        return run
    if name in engine.store:
        print(engine.store.describe(name))  # noqa: T201 - as above
        print(repr(engine.store[name]))  # noqa: T201 - as above
        return None
    try:
        found = registry.get(name)
    except DaisyError:
        raise MissingObjectError(
            _("'{name}' is no object of the store, no run and no algorithm").format(name=name)
        ) from None
    print(_usage(found))  # noqa: T201 - as above
    return None


def _run(engine: LocalEngine, words: list[str]) -> Run:
    if not words:
        raise SettingError(_("say which algorithm to run; '%daisy list algorithms' names them"))
    found = registry.get(words[0])
    given: dict[str, str] = {}
    for word in words[1:]:
        name, sign, value = word.partition("=")
        if not sign or not name:
            raise SettingError(_("'{word}' is not understood; write name=value").format(word=word))
        given[name] = value
    into = tuple(given.pop("into").split(",")) if "into" in given else None
    if "here" in given:
        raise SettingError(_("'{word}' is not understood; write name=value").format(word="here"))
    return engine.run(found, into=into, **_bindings(found, given))


def _bindings(found: Algorithm[..., Any], given: Mapping[str, str]) -> dict[str, Any]:
    """Give what was written as an engine takes it; text is converted where a setting is a number."""
    ports = {port.name for port in found.inputs}
    return {
        name: ref(value[1:]) if name not in ports and value.startswith("=") else value
        for name, value in given.items()
    }


def _usage(found: Algorithm[..., Any]) -> str:
    inputs = [f"{port.name}=NAME" for port in found.inputs]
    settings = [f"[{name}=VALUE]" for name in found.settings.model_fields]
    return "\n".join(
        [f"%daisy run {' '.join([found.id, *inputs, *settings])}", "", texts.gettext(found.summary)]
    )


def _print_table(rows: Sequence[tuple[str, ...]]) -> None:
    """Print lines in columns."""
    if not rows:
        print(_("nothing"))  # noqa: T201 - as above
        return
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())  # noqa: T201 - as above


def _complete(_shell: object, event: Any) -> list[str]:  # noqa: ANN401 - IPython has no types
    """Give the words that may come next."""
    words = event.line.split()
    before = words if event.line.endswith(" ") else words[:-1]
    engine = default_engine()
    match before[1:]:
        case []:
            return [*_VERBS]
        case ["list"]:
            return ["algorithms"]
        case ["run"]:
            return [found.id for found in registry]
        case ["show"]:
            return [*engine.store, *(run.id for run in engine.runs), *(found.id for found in registry)]
        case ["run", name, *_given]:
            return _arguments(name)
        case _:
            return []


def _arguments(name: str) -> list[str]:
    try:
        found = registry.get(name)
    except DaisyError:
        return []
    ports = [port.name for port in found.inputs]
    return [f"{word}=" for word in (*ports, *found.settings.model_fields, "into")]


_VERBS: Final[Mapping[str, Callable[[LocalEngine, list[str]], Run | None]]] = {
    "list": _list,
    "run": _run,
    "show": _show,
}
