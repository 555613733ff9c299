"""The step that takes a workflow home: as JSON, as a script, as a notebook that makes the result again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipyvuetify

from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future

    from daisy_lab._detached import Answer, Link

__all__ = ["Exporter", "pressed"]

_STACK = "display: flex; flex-direction: column; gap: 12px"
_ENDS = {"notebook": ".ipynb", "python": ".py", "json": ".json"}


class Exporter:
    """Buttons that write the workflow beside the file that is open.

    Parameters
    ----------
    link
        The way to the session.
    state
        Gives the page's state: `workflow`, `path` of a file beside which they are written, and `inputs` where the
        session calls them otherwise.
    told
        Hears what was written, where it lies or why not, and how good that is.
    """

    def __init__(
        self,
        link: Link,
        state: Callable[[], Mapping[str, Any]],
        told: Callable[[str, str, str], None] = lambda _what, _said, _kind: None,
    ) -> None:
        self._link, self._state, self._told = link, state, told
        self._titles = _titles()
        about = _(
            "Each of them makes the same result again, from the same file. They are written beside the result."
        )
        self.told = ipyvuetify.Html(
            tag="p", children=[""], style_="overflow-wrap: anywhere", attributes={"role": "status"}
        )
        parts = [
            ipyvuetify.Html(tag="h2", children=[_("Export")]),
            ipyvuetify.Html(tag="p", class_="daisy-soft", children=[about]),
            *(self._button(title, form) for form, title in self._titles.items()),
            self.told,
        ]
        self.page = ipyvuetify.Html(tag="div", class_="daisy", style_=_STACK, children=parts)

    def add(self, title: str, act: Callable[[], None]) -> None:
        """Put another button before what was said last."""
        self.page.children = [*self.page.children[:-1], pressed(title, act), self.told]

    def _button(self, title: str, form: str) -> Any:  # noqa: ANN401 - ipyvuetify has no types
        return pressed(title, lambda: self.write(form))

    def write(self, form: str) -> None:
        """Ask for the workflow in one form, and write it."""
        state = self._state()
        stem = str(state["path"]).rpartition(".")[0] or "workflow"
        path = f"{stem}_{state['workflow']['name']}{_ENDS[form]}"
        output = f"{stem}_{state['workflow']['name']}.h5"
        asked = {"workflow": state["workflow"], "form": form, "output": output}
        asked["held"] = state.get("inputs", {})
        future = self._link.ask("chain.export", asked)
        future.add_done_callback(lambda done: self._save(done, form, path))

    def _save(self, done: Future[Answer], form: str, path: str) -> None:
        error = done.exception()
        if error is not None:
            self._say(form, path, error)
            return
        content = str(done.result().result["text"]).encode()
        whole = {"path": path, "total": len(content), "offset": 0, "overwrite": True}
        future = self._link.ask("files.write", whole, (content,))
        future.add_done_callback(lambda written: self._say(form, path, written.exception()))

    def _say(self, form: str, path: str, error: BaseException | None) -> None:
        self.told.children = [_("Saved as {path}").format(path=path) if error is None else str(error)]
        self._told(
            self._titles[form], path if error is None else str(error), "ok" if error is None else "error"
        )


def _titles() -> dict[str, str]:
    return {"notebook": _("Notebook"), "python": _("Python script"), "json": _("Workflow (JSON)")}


def pressed(title: str, act: Callable[[], None]) -> Any:  # noqa: ANN401 - ipyvuetify has no types
    """Give a button that does something."""
    made = ipyvuetify.Html(
        tag="button", class_="daisy-button", attributes={"type": "button"}, children=[title]
    )
    made.on_event("click", lambda *_event: act())
    return made
