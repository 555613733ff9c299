"""Makes typer's own words speak the user's language: it has them in English only."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup

from daisy_lab.texts import gettext as _
from daisy_lab.texts import language

if TYPE_CHECKING:
    from collections.abc import Iterable

# A line may break after these; Rich breaks at spaces only, and cuts what is longer.
_PAUSE = re.compile(r"(?<=[，。；：、）])(?=\S)|(?<=\S)(?=（)")  # noqa: RUF001 - Chinese punctuation is meant

__all__ = ["Command", "Group", "translate_headings"]


class Command(TyperCommand):
    """A command whose standard options are described in the user's language."""

    def __init__(self, *args: Any, **facts: Any) -> None:  # noqa: ANN401 - passed on
        super().__init__(*args, **facts)
        self.help = _PAUSE.sub(" ", self.help or "")

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401 - typer names the type in a private module
        """Give the parameters, `--help` among them."""
        return _translated(super().get_params(ctx))


class Group(TyperGroup):
    """A command with sub-commands, likewise."""

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401 - typer names the type in a private module
        """Give the parameters, `--help` and those for completion among them."""
        return _translated(super().get_params(ctx))


def translate_headings() -> None:
    """Set the headings of help and error panels to the language of this process."""
    if language() == "en" and "typer.rich_utils" not in sys.modules:
        return  # as they are, and a fifth of a second saved
    from typer import rich_utils  # noqa: PLC0415 - see above

    rich_utils.ARGUMENTS_PANEL_TITLE = _("Arguments")
    rich_utils.OPTIONS_PANEL_TITLE = _("Options")
    rich_utils.COMMANDS_PANEL_TITLE = _("Commands")
    rich_utils.ERRORS_PANEL_TITLE = _("Error")
    rich_utils.DEFAULT_STRING = _("[default: {}]")
    rich_utils.REQUIRED_LONG_STRING = _("[required]")
    rich_utils.RICH_HELP = _("Try [blue]'{command_path} {help_option}'[/] for help.")


def _translated(parameters: Iterable[Any]) -> list[Any]:
    standard = {
        "Show this message and exit.": _("Show this message and exit."),
        "Install completion for the current shell.": _("Install completion for the current shell."),
        "Show completion for the current shell, to copy it or customize the installation.": _(
            "Show completion for the current shell, to copy it or customize the installation."
        ),
    }
    found = list(parameters)
    for parameter in found:
        text = getattr(parameter, "help", None)
        if text:
            parameter.help = _PAUSE.sub(" ", standard.get(text, text))
    return found
