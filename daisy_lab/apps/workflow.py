"""The app that a workflow is by itself: files, a form per step, a live picture of the result, plan, run and export.

An `app.toml` that names a workflow needs nothing else. Every change of a setting shows one plane of the result through
the whole chain; the page is a thin client, and all it shows is one record of the session.
"""

from __future__ import annotations

import copy
import os
from typing import TYPE_CHECKING, Any

from daisy_lab._manifests import App, find_app
from daisy_lab._workflow import Workflow
from daisy_lab.apps._export import Exporter
from daisy_lab.apps._page import Asked, Keeper, asked_for, open_link
from daisy_lab.apps._preview import Preview, is_superseded
from daisy_lab.apps._result import Result, steps_of
from daisy_lab.texts import gettext as _
from daisy_lab.texts import in_bytes, language, later
from daisy_lab.widgets import (
    AppShell,
    FilePicker,
    HistoryList,
    ImageView,
    LogView,
    ParameterForm,
    RunBar,
    settle_language,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future

    from daisy_lab._detached import Answer, Link

__all__ = ["WorkflowApp", "show"]

_VIEW = "page"
_OPEN, _EXPORT = "open", "export"


def show() -> None:
    """Make the page of the app that this kernel was started for, and display it."""
    # Imported here: the composition itself needs no notebook.
    from IPython.display import display  # noqa: PLC0415

    settle_language()
    app = find_app(os.environ["DAISY_LAB_APP"])
    asked = asked_for(app.name)
    display(WorkflowApp(app, open_link(asked), asked).shell)  # type: ignore[no-untyped-call]


class WorkflowApp:
    """A page made of a workflow.

    Parameters
    ----------
    app
        Its manifest names the workflow.
    link
        The way to the session.
    asked
        What the page's address asks for.
    """

    def __init__(self, app: App, link: Link, asked: Asked) -> None:
        self.link = link
        self.workflow = load(app)
        self.path = ""
        self.result = Result()
        self.known: tuple[int, ...] = ()
        self.plane = 0
        self.steps = steps_of(self.workflow)
        titles = {_OPEN: _("Open")}
        titles |= {str(step["number"]): _words(step["algorithm"]) for step in self.steps} | {
            _EXPORT: _("Export")
        }
        self.shell = AppShell(app.title(language()), titles, link=link)
        self.picker = FilePicker(link, formats=app.manifest.formats)
        self.picture = ImageView(None, link, height="100%", empty=_("Open a file to see its result here."))
        self.preview = Preview(link, self.shell, self.picture, _VIEW)
        self.forms = {step["number"]: self._form(step) for step in self.steps}
        self.where = ParameterForm({"properties": {}}, link)
        self.bar = RunBar(link, start=_("Run on the whole file"))
        self.history = HistoryList(link, f"{app.name}_page")
        self.export = Exporter(link, self._state)
        self.keeper = Keeper(link, f"{app.name}_page", self.shell, self._take)
        self._lay_out()
        self._listen()
        self.keeper.get(lambda state: self._begin(state, asked))

    # -- how the page is arranged

    def _form(self, step: dict[str, Any]) -> ParameterForm:
        form = ParameterForm({"properties": {}}, self.link, title=_words(step["algorithm"]))
        number = step["number"]

        def told(answer: Answer) -> None:
            schema = answer.result["settings"]
            # What another step finds is not asked for.
            own = {name: field for name, field in schema["properties"].items() if name not in step["bound"]}
            form.show({**schema, "properties": own})
            form.update(self._values(number))

        form.ask("algorithms.form", {"id": step["algorithm"]}, told)
        form.on_change(lambda name, value, final: self._set(number, name, value, final=final))
        return form

    def _lay_out(self) -> None:
        self.shell.put(
            "settings",
            {_OPEN: self.picker, _EXPORT: self.export.page}
            | {str(number): [form, self.where] for number, form in self.forms.items()},
        )
        self.shell.put("stage", self.picture)
        self.shell.put("side", self.history)
        self.shell.put("foot", self.bar)
        self.shell.put("drawer", LogView(self.link))
        for step in self.steps:
            self.shell.mark(str(step["number"]), blocked=_("Open a file first."))
        self.bar.enabled = False

    def _listen(self) -> None:
        self.picker.on_pick(self.open)
        self.where.on_change(self._move)
        self.bar.on_start(self.run)

    # -- what the user does

    def open(self, path: str) -> None:
        """Open a file: what the workflow needs of it comes into the session, lazily."""
        self.path, self.known, self.result = path, (), Result()

        def loaded(_answer: Answer) -> None:
            self._opened()
            self.shell.go(str(self.steps[0]["number"]) if self.steps else _EXPORT)

        self._load(loaded)

    def run(self) -> None:
        """Run the workflow on the whole file, in the background."""
        wanted = {"workflow": self.workflow, "output": self.output}
        self.bar.ask("chain.run", wanted, lambda answer: self.bar.show(answer.result["run"]))

    @property
    def output(self) -> str:
        """The file that a run writes: beside what was opened, with the workflow's name."""
        stem = self.path.rpartition(".")[0] or self.path or "result"
        return f"{stem}_{self.workflow['name']}.h5"

    def keep(self, note: str) -> None:
        """Keep the page's state, and say what was done."""
        self.keeper.put(self._state(), note)

    def _set(self, number: int, name: str, value: object, *, final: bool) -> Future[Any] | None:
        changed = copy.deepcopy(self.workflow)
        changed["steps"][number].setdefault("settings", {})[name] = value
        self.workflow = changed
        if final:
            self.keep(f"{name} = {value}")
            self._plan()
        return self._preview(self.forms[number])

    def _move(self, _name: str, value: object, final: bool) -> Future[Any] | None:  # noqa: FBT001 - a form's signature
        self.plane = int(value) if isinstance(value, int | float) else self.plane
        if final:
            self.keep(later("Plane {plane}", plane=self.plane))
        return self._preview(self.where)

    # -- what the session says

    def _begin(self, state: Mapping[str, Any] | None, asked: Asked) -> None:
        if state is not None:
            self._take(state)
            if self.path and self.steps:
                self.shell.go(str(self.steps[0]["number"]))
        if asked.files and asked.files[0] != self.path:
            self.open(asked.files[0])

    def _take(self, state: Mapping[str, Any]) -> None:
        """Show a state that was kept, here or in another window."""
        self.workflow = dict(state["workflow"])
        self.path, self.plane = str(state.get("path", "")), int(state.get("plane", 0))
        self.known = tuple(state.get("result", {}).get("shape", ()))
        for number, form in self.forms.items():
            form.fill(self._values(number))
        if self.path:
            self._load(lambda _answer: self._opened(), self._fail)

    def _load(
        self, then: Callable[[Answer], None], failed: Callable[[BaseException], None] | None = None
    ) -> None:
        """Have the session hold what is open here: another window, or undo, may have led elsewhere."""
        self.picker.ask("files.load", {"path": self.path, "undoable": False}, then, failed)

    def _opened(self) -> None:
        self.shell.chip = self.path.rpartition("/")[2]
        self.shell.mark(_OPEN, done=True)
        for step in self.steps:
            self.shell.mark(str(step["number"]), blocked="")
        self._ask_axes()

    def _values(self, number: int) -> dict[str, Any]:
        """Give the settings of a step that do not come from other steps."""
        given = self.workflow["steps"][number].get("settings", {})
        return {name: value for name, value in given.items() if not isinstance(value, dict)}

    def _state(self) -> dict[str, Any]:
        known = {"axes": list(self.result.axes), "shape": list(self.result.shape)}
        return {"workflow": self.workflow, "path": self.path, "plane": self.plane, "result": known}

    def _ask_axes(self) -> None:
        """Learn which axes the result has, then how long they are."""
        made_by = self.steps[-1]["algorithm"]

        def told(answer: Answer) -> None:
            ports = answer.result["outputs"]
            self._plan(axes=tuple(ports[0]["axes"] or ()) if ports else ())

        self.bar.ask("algorithms.form", {"id": made_by}, told)

    def _plan(self, axes: tuple[str, ...] | None = None) -> None:
        """Learn what a run costs; with axes, also how large the result is, and show a plane of it."""

        def planned(answer: Answer) -> None:
            plan = answer.result
            self.bar.hint, self.bar.enabled = cost(plan), plan["problem"] is None
            if axes is not None:
                # What is there already is not planned; then it is as large as when it was.
                shape = tuple(plan["outputs"][0]["shape"]) if plan["outputs"] else self.known
                self._measure(Result(axes, shape))

        wanted = {"view": f"{_VIEW}-plan", "workflow": self.workflow, "output": self.output}
        self.bar.ask("chain.plan", wanted, planned, self._fail)

    def _measure(self, result: Result) -> None:
        fresh = result != self.result
        self.result = result
        if result.stacked:
            last = result.shape[0] - 1
            self.plane = self.plane if 0 < self.plane <= last else result.middle
            title = _("{axis} shown").format(axis=_words(result.axes[0]))
            field = {
                "type": "integer",
                "minimum": 0,
                "maximum": last,
                "default": result.middle,
                "title": title,
            }
            if fresh:
                self.where.show({"properties": {"plane": field}})
            self.where.set("plane", self.plane)
        if fresh and result.shape != self.known:
            self.known = result.shape
            self.keep(later("Opened {name}", name=self.shell.chip))
        self._preview(self.where)

    def _preview(self, form: ParameterForm) -> Future[Any] | None:
        """Show one plane of the result through the whole chain."""
        if not self.path:
            return None

        def faulty(faults: Mapping[str, str]) -> bool:
            for name, text in faults.items():
                form.fault(name, text)
            return bool(faults)

        wanted = {"workflow": self.workflow, "want": self.result.want(self.plane)}
        return self.preview.ask(wanted, faulty=faulty)

    def _fail(self, error: BaseException) -> None:
        if not is_superseded(error):
            self.shell.say(str(error) or type(error).__name__, "error", _VIEW)


def load(app: App) -> dict[str, Any]:
    """Give the workflow that a manifest names: a shipped one, or a file beside it."""
    named = app.manifest.workflow or ""
    return Workflow.load(app.folder / named if named.endswith(".json") else named).to_json()


def cost(plan: Mapping[str, Any]) -> str:
    """Say what a run costs in one line."""
    if plan["problem"] is not None:
        return str(plan["problem"]["message"])
    parts = [" \u00d7 ".join(map(str, output["shape"])) for output in plan["outputs"][:1] if output["shape"]]
    parts.append(in_bytes(plan["output_bytes"]))
    if plan["seconds"] is not None:
        parts.append(_("about {seconds:.0f} s").format(seconds=max(1, plan["seconds"])))
    parts.append(_("{size} of memory").format(size=in_bytes(plan["peak_bytes"])))
    return " · ".join([*parts, plan["device"]])


def _words(name: str) -> str:
    """Give the short name of an algorithm, or an axis, as a heading."""
    return name.rpartition(".")[2].replace("_", " ").capitalize()
