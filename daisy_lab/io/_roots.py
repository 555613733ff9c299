"""Which folders a scan may lead to: links inside a file, or beside it, must not open the rest of the disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from daisy_lab.errors import ForbiddenPathError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Roots", "inside"]


@dataclass(frozen=True)
class Roots:
    """The allowed folders, all symbolic links in them resolved."""

    folders: tuple[Path, ...]

    @classmethod
    def around(cls, path: Path, roots: Sequence[str | Path] | None) -> Roots:
        """Give the roots as asked; without a wish, the folder of a path and the folder it really lies in."""
        if roots is not None:
            return cls(tuple(Path(root).expanduser().resolve() for root in roots))
        beside = path if path.is_dir() else path.parent
        real = path.resolve()
        inside = real if real.is_dir() else real.parent
        return cls(tuple(dict.fromkeys((beside.resolve(), inside))))

    def admit(self, path: Path) -> Path:
        """Give the real path, all symbolic links resolved.

        Raises
        ------
        ForbiddenPathError
            It lies below none of the roots.
        """
        real = path.resolve()
        if not any(real.is_relative_to(folder) for folder in self.folders):
            where = "" if real == path else _(" (really {real})").format(real=real)
            msg = _(
                "{path}{where} lies outside the allowed folders {roots}; move it there, or allow its "
                "folder too"
            )
            raise ForbiddenPathError(
                msg.format(path=path, where=where, roots=", ".join(map(str, self.folders)) or _("(none)"))
            )
        return real

    def as_json(self) -> list[str]:
        """Give the folders as text, for a reference."""
        return [str(folder) for folder in self.folders]


def inside(path: Path, roots: Sequence[Path]) -> Path:
    """Give a path that may be used: relative ones begin at the first root, and all must lie below one of them.

    Raises
    ------
    ForbiddenPathError
        It lies below none of the roots.
    """
    return Roots.around(path, roots).admit(roots[0] / path.expanduser())
