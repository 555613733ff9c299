"""`daisy hub environments` and `daisy hub values`: what the picker offers here, and the same for a cluster."""

from __future__ import annotations

import json
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Column, Table

from daisy_lab.cli._hub import hub
from daisy_lab.cli._language import Command, Group
from daisy_lab.hub import HubError, default_offers, values_for_chart, values_for_z2jh, values_from
from daisy_lab.texts import gettext as _
from daisy_lab.texts import language

__all__ = ["app"]

_console = Console(highlight=False, soft_wrap=True)
app = typer.Typer(
    cls=Group,
    invoke_without_command=True,
    help=_(
        "Serve a page to log in, pick an environment and work in the browser; on this machine only by default."
    ),
    epilog=_(
        "Examples:\n\n"
        "- `daisy hub --folder data` admits one user, with a password that is printed\n\n"
        "- `sudo daisy hub --pam --allow ann --allow ben` lets accounts of this machine log in"
    ),
)
app.callback()(hub)


@app.command(
    "environments", cls=Command, help=_("List the environments that a user can pick, with what they need.")
)
def environments(
    as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON for other programs."))] = False,
) -> None:
    """List the environments that a user can pick."""
    offers = default_offers()
    if as_json:
        told = {name: offer.model_dump(mode="json", by_alias=True) for name, offer in offers.items()}
        _console.print(json.dumps(told, ensure_ascii=False, indent=1), markup=False)
        return
    table = Table(
        _("Name"),
        _("Title"),
        Column(_("Image"), overflow="fold"),
        _("Size"),
        _("CPU"),
        _("Memory"),
        _("GPU"),
        box=None,
    )
    for name, offer in offers.items():
        for number, size in enumerate(offer.sizes):
            own = (
                (name, offer.titles.get(language(), offer.title), offer.image.name)
                if number == 0
                else ("", "", "")
            )
            gpu = _("optional") if size.gpu_optional else str(size.gpu or "")
            table.add_row(*own, size.name, f"{size.cpu:g}", f"{size.memory / 1e9:.0f} GB", gpu)
    _console.print(table)


@app.command(
    "values",
    cls=Command,
    help=_("Write these environments as values of a Helm chart: ours, or Zero to JupyterHub's."),
    epilog=_("Example: `daisy hub values --for z2jh --values site.yaml > values-for-z2jh.yaml`"),
)
def values(
    door: Annotated[Literal["chart", "z2jh"], typer.Option("--for", help=_("Which chart."))] = "chart",
    site: Annotated[
        Path | None,
        typer.Option(
            "--values", metavar="FILE", help=_("For z2jh: values of our chart to translate, YAML or TOML.")
        ),
    ] = None,
    tag: Annotated[str, typer.Option(help=_("For z2jh: tag of images that name none."))] = "",
) -> None:
    """Write these environments as values of a Helm chart."""
    if door == "chart":
        if site is not None or tag:
            raise HubError(_("--values and --tag are for `--for z2jh`: our chart reads values itself"))
        text = values_for_chart()
    else:
        text = values_for_z2jh(values_from(_read(site)), tag or version("daisy-lab"))
    typer.echo(text, nl=False)


def _read(path: Path | None) -> dict[str, object]:
    if path is None:
        return {}
    try:
        content = path.read_text("utf-8")
        if path.suffix == ".toml":
            return tomllib.loads(content)
        # Imported here: only a hub's machine has it.
        import yaml  # noqa: PLC0415

        found = yaml.safe_load(content) or {}
    except OSError as error:
        raise HubError(
            _("{path} cannot be read: {reason}").format(path=path, reason=error.strerror)
        ) from None
    except ImportError:
        raise HubError(
            _("YAML needs pyyaml, which is not installed: pip install 'daisy-lab[kubernetes]'")
        ) from None
    except ValueError as error:
        raise HubError(_("{path} cannot be read: {reason}").format(path=path, reason=error)) from None
    except yaml.YAMLError as error:
        raise HubError(_("{path} is not YAML: {reason}").format(path=path, reason=error)) from None
    if not isinstance(found, dict):
        raise HubError(_("{path} holds no values: keys and what they are").format(path=path))
    return found
