"""The step in which G(r) is made: the recipe's sliders, and the curves that follow them while they are dragged.

The page's own process computes the curves. A move of a slider is then a call of 2 ms and one message with the arrays
that changed; through the session it would be four requests, and the pattern is small (decision 60).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from daisy_lab.apps.pdf._drawing import Drawing
from daisy_lab.apps.pdf._settings import (
    ABOUT,
    LIVE,
    MORE,
    first_recipe,
    form_schema,
    ranges,
    setting_of,
    titles,
)
from daisy_lab.apps.pdf._state import recipe_of
from daisy_lab.errors import DaisyError
from daisy_lab.texts import gettext as _
from daisy_lab.widgets import ParameterForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab.algorithms.pdf import Curves
    from daisy_lab.apps.pdf._app import PdfApp
    from daisy_lab.apps.pdf._source import Source

__all__ = ["Tune"]


class Tune:
    """The recipe and its curves.

    Parameters
    ----------
    app
        The page.
    """

    def __init__(self, app: PdfApp) -> None:
        self._app = app
        self.drawing: Drawing | None = None
        self.curves: Curves | None = None
        """What was drawn last; None while the recipe cannot be computed."""
        self.form = ParameterForm(
            form_schema(),
            app.link,
            only=LIVE,
            ranges=ranges(0.0, 30.0),
            titles=titles(),
            title=_("Recipe"),
        )
        self.about = ParameterForm(form_schema(), app.link, only=ABOUT, title=_("The numbers of the file"))
        """What the columns are; beside the list of files, since it is asked when a file is opened."""
        self.more = ParameterForm(form_schema(), app.link, only=MORE, title=_("More of the recipe"))
        for form in (self.form, self.about, self.more):
            form.on_change(self._set)
        self.form.add_action("composition", "choose", _("Choose for me"), app.choose)

    def open(self, source: Source) -> None:
        """Take a pattern: sliders run over what it has, and settings that nobody told get values.

        Raises
        ------
        DataError
            If its backgrounds do not go with it.
        """
        self.drawing = Drawing(source, self._app.panels)
        self.fit()
        self.redraw(final=True)

    def follow(self, source: Source, *, final: bool = True) -> None:
        """Take the pattern anew while its mask moves; the recipe stays."""
        if self.drawing is None:
            self.open(source)
            return
        self.drawing.renew(source)
        self.redraw(final=final)

    def fit(self) -> None:
        """Let the sliders run over the pattern, and choose what is not chosen yet."""
        if self.drawing is None:
            return
        first, last = self.drawing.source.reach(recipe_of(self._app.state.recipe))
        if last <= 0:
            return
        told = self._app.state.recipe
        begins = self.drawing.source.begins(recipe_of(told))
        missing = {name: value for name, value in first_recipe(begins, last).items() if name not in told}
        self._app.state = self._app.state.set(**missing)
        for name, span in ranges(first, last).items():
            self.form.set_range(name, *span)
        self.take()

    def take(self) -> None:
        """Show the recipe of the page's state in the form."""
        self._put(ParameterForm.update)

    def taken(self) -> None:
        """Show the recipe of a state that this page did not make: what it does not say is as it begins."""
        self._put(ParameterForm.fill)

    def _put(self, how: Callable[[ParameterForm, dict[str, Any]], None]) -> None:
        recipe = self._app.state.recipe
        # As numbers, where a configuration has them as texts.
        whole = asdict(recipe_of(recipe)) | {"bgscale": recipe_of(recipe).bgscale[0]}
        for form, names in ((self.form, LIVE), (self.about, ABOUT), (self.more, MORE)):
            how(form, {name: whole[name] for name in names if name in recipe})

    def go(self) -> None:
        """Go where something is to be done: to what the file did not say, else to the recipe."""
        self._app.shell.go("open" if self.about.faults else "tune")

    def redraw(self, *, final: bool) -> None:
        """Draw the curves of the page's recipe; what is wrong is said at its setting."""
        if self.drawing is None:
            return
        try:
            self.curves = self.drawing.draw(recipe_of(self._app.state.recipe), final=final)
        except DaisyError as error:
            self.curves = None
            self._fault(str(error))
            return
        self._clear()

    def _set(self, name: str, value: object, final: bool) -> None:  # noqa: FBT001 - a form's signature
        app = self._app
        if value is None:
            app.state = app.state.but(
                recipe={key: one for key, one in app.state.recipe.items() if key != name}
            )
        else:
            app.state = app.state.set(**{name: value})
        if final and name in {"dataformat", "wavelength"}:
            self._forget_limits()
            self.fit()
        self.redraw(final=final)
        if final and name == "composition":
            app.frame.cake.lines()
        if final:
            app.changed(f"{name} = {value}")

    def _forget_limits(self) -> None:
        """Let go of limits in Q that were chosen for another abscissa."""
        limits = {"qmin", "qmax", "qmaxinst"}
        kept = {name: value for name, value in self._app.state.recipe.items() if name not in limits}
        self._app.state = self._app.state.but(recipe=kept)

    def _fault(self, message: str) -> None:
        name = setting_of(message)
        self._clear()
        for form, names in ((self.form, LIVE), (self.about, ABOUT), (self.more, MORE)):
            if name in names:
                form.fault(name, message)
                if form is not self.form:
                    self._app.shell.say(message, "warn", "recipe")
                return
        self._app.shell.say(message, "error", "recipe")

    def _clear(self) -> None:
        for form in (self.form, self.about, self.more):
            if form.faults:
                form.clear()
        if any(told["key"] == "recipe" for told in self._app.shell.said):
            self._app.shell.unsay("recipe")
