"""The step in which pixels are left out: each part of the mask a switch or a slider, seen at once on all pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab.apps.pdf._buttons import buttons
from daisy_lab.texts import gettext as _
from daisy_lab.widgets import Facts, ParameterForm

if TYPE_CHECKING:
    from daisy_lab.apps.pdf._app import PdfApp
    from daisy_lab.apps.pdf._source import Source

__all__ = ["Masking"]

_FORM: Final = ("gaps", "lowest", "highest", "stop", "rings", "threshold", "pixels", "hot")
_SLOW: Final = frozenset({"gaps", "pixels", "hot"})
"""Parts that the session makes, of many frames or of what is known of the detector; a drag waits for its end."""
_OUTLIERS: Final = (1.0, 50.0)


class Masking:
    """The mask and its parts.

    Parameters
    ----------
    app
        The page.
    """

    def __init__(self, app: PdfApp) -> None:
        self._app = app
        self._ends: tuple[float, float] = (0.0, 1.0)
        """Lowest and highest value of the frame: a threshold there leaves nothing out."""
        self.form = ParameterForm(_schema(), app.link, only=_FORM, title=_("Mask"), text=_lead())
        self.short = ParameterForm(_schema(), app.link, only=("threshold",))
        """The threshold alone, beside the recipe."""
        for form in (self.form, self.short):
            form.on_change(self._set)
        self.facts = Facts(_("Left out"), empty=_("No frame is open."), link=app.link)
        self.shapes = buttons(
            {
                _("Mask area"): self.add,
                _("Keep area"): lambda: self.add(keep=True),
                _("Take back"): self.take_back,
                _("Clear shapes"): self.clear,
            },
            main=_("Mask area"),
        )
        self.page = [self.form, self.shapes, self.facts]

    def begin(self) -> None:
        """Let sliders run over the values of the frame that was opened."""
        live = self._app.frame.live
        if live is None:
            return
        frame = live.frame
        good = frame[np.isfinite(frame)] if frame.dtype.kind == "f" else frame.ravel()
        if not good.size:
            return
        some = good[:: max(1, good.size // 100_000)]
        low, middle = (float(value) for value in np.percentile(some, _OUTLIERS))
        self._ends = min(float(good.min()), 0.0) - 1, float(good.max())
        self.form.set_range("lowest", self._ends[0], max(middle, low, 1.0))
        self.form.set_range("highest", max(middle, 1.0), max(self._ends[1], middle + 1, 2.0))
        self.form.set_range("stop", 0.0, float(min(frame.shape)) / 2, 1.0)
        self.take()

    def take(self) -> None:
        """Show the masks of the page's state in the forms."""
        masks = self._app.state.masks
        values = {name: getattr(masks, name) for name in _FORM}
        values["lowest"] = self._ends[0] if masks.lowest is None else masks.lowest
        values["highest"] = self._ends[1] if masks.highest is None else masks.highest
        self.form.update(values)
        self.short.update({"threshold": masks.threshold})

    def tell(self, source: Source, *, final: bool = True) -> None:
        """Say what is left out, and by which part; beside the recipe at the end of a drag."""
        live = self._app.frame.live
        if live is None:
            return
        shares, size = live.shares, live.mask.size
        rows: list[tuple[str, str] | tuple[str, str, str]] = [
            (_("All"), _share(shares.all, size)),
            (_("Gaps, mask file"), _share(shares.gaps, size)),
            (_("Hot and dead"), f"{shares.pixels}"),
            (_("Thresholds, shapes"), _share(shares.drawn, size)),
            (_("Off their ring"), f"{shares.rings}"),
        ]
        self.facts.show(rows)
        gone = not np.isfinite(source.intensity).any()
        for form in (self.form, self.short):
            form.fault(
                "threshold", _("The mask leaves no pixel: move a slider back, or undo") if gone else ""
            )
        if final:
            self.short.note("threshold", _("{part} masked").format(part=_share(shares.all, size)))

    def add(self, *, keep: bool = False) -> None:
        """Add the area that is drawn on the picture to the mask, or take its pixels out of it."""
        picture = self._app.frame.picture
        shape = shape_of(picture.roi)
        if shape is None:
            said = _("Draw a rectangle, a polygon or a circle on the picture first, with the tools above it.")
            self._app.shell.say(said, "note", "shapes")
            return
        self._app.shell.unsay("shapes")
        picture.roi = None
        masks = self._app.state.masks
        self._change("shapes", (*masks.shapes, shape | ({"keep": True} if keep else {})))

    def take_back(self) -> None:
        """Take the last shape away."""
        self._change("shapes", self._app.state.masks.shapes[:-1])

    def clear(self) -> None:
        """Take all drawn shapes away."""
        self._change("shapes", ())

    def _set(self, name: str, value: Any, final: bool) -> None:  # noqa: ANN401, FBT001 - a form's signature
        if value is None:
            return
        if name == "threshold" and final:
            other = self.short if self.form.value.get("threshold") == value else self.form
            other.update({"threshold": value})
        at_end = (name == "lowest" and value <= self._ends[0]) or (
            name == "highest" and value >= self._ends[1]
        )
        self._change(name, None if at_end else value, final=final)

    def _change(self, name: str, value: Any, *, final: bool = True) -> None:  # noqa: ANN401 - a field of the masks
        app = self._app
        app.state = app.state.but(masks=app.state.masks.but(**{name: value}))
        if app.frame.live is None:
            return
        if name in _SLOW:
            if final:
                app.work.do("frame", lambda: app.tune.follow(app.frame.again()))
        else:
            app.tune.follow(app.frame.follow(final=final), final=final)
        if final:
            said = _("{count} shapes").format(count=len(value)) if name == "shapes" else f"{name} = {value}"
            app.changed(_("Mask: {what}").format(what=said))


def shape_of(area: Any) -> dict[str, Any] | None:  # noqa: ANN401 - what a page drew
    """Give a drawn area as `azint.mask_detector` reads it; None where nothing is drawn.

    A page counts from the corner of a pixel, a mask from its middle.
    """
    if not area or len(area.get("points", ())) < 2:  # noqa: PLR2004 - corners
        return None
    points = [[float(row) - 0.5, float(column) - 0.5] for row, column in area["points"]]
    if area["kind"] == "rectangle":
        return {"kind": "rectangle", "corners": points[:2]}
    if area["kind"] == "circle":
        radius = float(np.hypot(points[1][0] - points[0][0], points[1][1] - points[0][1]))
        return {"kind": "circle", "center": points[0], "radius": radius}
    return {"kind": "polygon", "points": points} if len(points) > 2 else None  # noqa: PLR2004 - an area


def _share(count: int, size: int) -> str:
    return f"{100 * count / max(size, 1):.2f} %"


def _lead() -> str:
    return _("All parts are united; what is left out is orange.")


def _schema() -> dict[str, Any]:
    number = {"type": "number"}
    return {
        "properties": {
            "gaps": {
                "type": "boolean",
                "title": _("Gaps of the detector"),
                "description": _("Where the library of detectors has no pixels."),
                "default": True,
            },
            "lowest": {
                **number,
                "title": _("Smallest value"),
                "description": _("Pixels below it are left out."),
                "default": 0.0,
            },
            "highest": {
                **number,
                "title": _("Largest value"),
                "description": _("Pixels above it are left out, as saturated ones."),
            },
            "stop": {
                **number,
                "unit": "pixel",
                "title": _("Beam stop"),
                "description": _("Radius of a disc about the beam that is left out; 0 for none."),
                "minimum": 0.0,
                "maximum": 200.0,
                "default": 0.0,
            },
            "rings": {
                "type": "boolean",
                "title": _("Off their ring"),
                "description": _("Whether pixels that stand out from their ring are left out."),
                "default": True,
            },
            "threshold": {
                **number,
                "title": _("Ring threshold"),
                "unit": "\N{GREEK SMALL LETTER SIGMA}",
                "description": _(
                    "A pixel that stands out from its ring by more standard deviations is left out."
                ),
                "minimum": 2.0,
                "maximum": 12.0,
                "default": 5.0,
            },
            "pixels": {
                "type": "boolean",
                "title": _("Hot and dead pixels"),
                "description": _(
                    "Pixels that count too much or nothing beside their neighbours, in ten frames where there are as "
                    "many."
                ),
                "default": False,
            },
            "hot": {
                **number,
                "title": _("Hot from, times"),
                "description": _("Times the median of its neighbours from which a pixel is hot."),
                "minimum": 1.5,
                "maximum": 10.0,
                "default": 3.0,
            },
        }
    }
