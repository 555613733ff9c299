"""What a full run will cost, in words: told before it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from daisy_lab.texts import gettext as _
from daisy_lab.texts import in_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["cost_rows"]

_FULL = 0.9
"""Part of the memory from which on it is said to be tight."""


def cost_rows(plan: Mapping[str, Any]) -> list[tuple[str, str] | tuple[str, str, str]]:
    """Give what `chain.plan` answered as labels and values."""
    rows: list[tuple[str, str] | tuple[str, str, str]] = []
    for output in plan["outputs"]:
        shape = " × ".join(f"{length:,}" for length in output["shape"])
        rows.append((_("Output"), f"{shape} · {in_bytes(output['nbytes'])}"))
    if not plan["outputs"] and not plan["peak_bytes"]:
        return [(_("Output"), _("computed already"), "ok")]
    rows.append((_("Time, expected"), _seconds(plan["seconds"], rough=plan["measured"])))
    peak, most = plan["peak_bytes"], plan["memory_bytes"]
    memory = _("{peak} of {most}").format(peak=in_bytes(peak), most=in_bytes(most))
    rows.append((_("Memory, peak"), memory, "warn" if peak > _FULL * most else ""))
    if plan["free_bytes"] is not None:
        short = plan["problem"] is not None
        rows.append((_("Room on disk"), in_bytes(plan["free_bytes"]), "error" if short else ""))
    rows.append((_("Device"), str(plan["device"]).upper()))
    return rows


def _seconds(seconds: float | None, *, rough: bool) -> str:
    if seconds is None:
        return _("unknown, it never ran")
    about = "≈ " if rough else ""
    if seconds < 1:
        return f"{about}{1000 * seconds:.0f} ms"
    if seconds < 120:  # noqa: PLR2004 - two minutes are still told in seconds
        return f"{about}{seconds:.0f} s"
    return _("{about}{minutes:.0f} min").format(about=about, minutes=seconds / 60)
