"""`--set auto=true`, or `--set qmax=auto`: settings of `daisy run pdf` that are chosen instead of given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from daisy_lab._workflow import Workflow
from daisy_lab.cli._shared_settings import spread
from daisy_lab.errors import SettingError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["with_choice"]

_USUAL: Final[Mapping[str, str]] = {"bgscale": "1", "rpoly": "0.9"}
"""What PDFgetX3 takes when nothing is said."""
_CHOSEN: Final = ("bgscale", "qmaxinst", "qmax", "rpoly")
_YES: Final = frozenset({"true", "yes", "1", "on"})
_NO: Final = frozenset({"false", "no", "0", "off", ""})


def with_choice(workflow: Workflow, settings: Mapping[str, str]) -> tuple[Workflow, dict[str, str]]:
    """Give the workflow that chooses what is `auto`, and its settings; the same workflow if nothing is.

    Parameters
    ----------
    workflow
        The workflow `pdf`.
    settings
        By name. `auto=true` chooses all that is not given; `qmax=auto` that one alone.

    Raises
    ------
    SettingError
        If `auto` is neither yes nor no.
    """
    given = dict(settings)
    word = given.pop("auto", "").strip().lower()
    if word not in _YES | _NO:
        raise SettingError(
            _("auto is '{word}'; write auto=true, or qmax=auto for one setting").format(word=word)
        )
    asked = [name for name in _CHOSEN if given.get(name, "").strip().lower() == "auto"]
    if word not in _YES and not asked:
        return workflow, given
    for name in asked:
        del given[name]
    if word not in _YES:
        given = {name: value for name, value in _USUAL.items() if name not in asked} | given
    chooses = Workflow.load("pdf-auto")
    return chooses, spread(chooses, given)
