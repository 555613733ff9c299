"""A chemical formula as atom fractions: `PbTi0.5Zr0.5O3`, `Pb (TiZr)0.5 O3` and `Pb 1 (Ti Zr) 1/2 O 3` are one."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from daisy_lab.errors import SettingError, suggestion
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["SYMBOLS", "fractions_of", "parse_composition"]

_TABLE: Final = (
    "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr "
    "Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir "
    "Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf"
)
SYMBOLS: Final = tuple(_TABLE.split())
"""Elements by atomic number, hydrogen first; `D` is understood as well."""

_KNOWN: Final = frozenset({*SYMBOLS, "D"})
_TOKEN: Final = re.compile(r"(?P<symbol>[A-Z][a-z]?)|(?P<count>\d+/\d+|\d*\.\d+|\d+\.?)|(?P<sign>[()])")


def parse_composition(composition: str) -> dict[str, float]:
    """Give how many atoms of each element a formula has, elements in the order of their first mention.

    Parameters
    ----------
    composition
        Formula with upper and lower case symbols; counts may be left out, be decimal or a fraction such as `1/2`,
        elements may come several times, groups stand in parentheses, blanks do not count.

    Raises
    ------
    SettingError
        If it is empty, cannot be read, names an unknown element, or has no atom at all.
    """
    text = re.sub(r"[\s*_]+", "", composition)
    if not text:
        raise SettingError(_("composition is empty; write the formula of the sample, as composition=LaB6"))
    counts = {symbol: float(count) for symbol, count in _read(text, composition).items() if count > 0}
    if not counts:
        raise SettingError(
            _("composition '{text}' has no atoms, all counts are 0; write it as LaB6").format(
                text=composition
            )
        )
    return counts


@lru_cache(maxsize=64)
def fractions_of(composition: str) -> tuple[tuple[str, float], ...]:
    """Give the elements of a formula with their atom fractions, which sum to 1."""
    counts = parse_composition(composition)
    total = sum(counts.values())
    return tuple((symbol, count / total) for symbol, count in counts.items())


def _read(text: str, whole: str) -> Mapping[str, Fraction]:
    """Sum the counts, innermost parentheses first."""
    open_groups: list[dict[str, Fraction]] = [{}]
    last: dict[str, Fraction] = {}
    for kind, value in _tokens(text, whole):
        if kind == "count":
            _add(open_groups[-1], last, _number(value, last, whole))
            last = {}
            continue
        _add(open_groups[-1], last, Fraction(1))
        last = {}
        if kind == "symbol":
            last = {value: Fraction(1)}
        elif value == "(":
            open_groups.append({})
        elif len(open_groups) == 1:
            raise _unbalanced(whole)
        else:
            last = open_groups.pop()
    _add(open_groups[-1], last, Fraction(1))
    if len(open_groups) > 1:
        raise _unbalanced(whole)
    return open_groups[0]


def _add(group: dict[str, Fraction], part: Mapping[str, Fraction], times: Fraction) -> None:
    for symbol, count in part.items():
        group[symbol] = group.get(symbol, Fraction(0)) + count * times


def _tokens(text: str, whole: str) -> Iterator[tuple[str, str]]:
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None or found.lastgroup is None:
            raise SettingError(
                _(
                    "composition '{text}' cannot be read at '{rest}'; write it as LaB6 or Pb(Ti0.5Zr0.5)O3"
                ).format(text=whole, rest=text[position : position + 12])
            )
        if found.lastgroup == "symbol":
            yield "symbol", _element(found.group(), whole)
        else:
            yield found.lastgroup, found.group()
        position = found.end()


def _element(symbol: str, whole: str) -> str:
    if symbol not in _KNOWN:
        raise SettingError(
            _("composition '{text}': there is no element '{symbol}'{near}; mind upper and lower case").format(
                text=whole, symbol=symbol, near=suggestion(symbol, _KNOWN)
            )
        )
    return symbol


def _number(value: str, last: Mapping[str, Fraction], whole: str) -> Fraction:
    if not last:
        raise SettingError(
            _("composition '{text}': the count {count} follows no element; write it as LaB6").format(
                text=whole, count=value
            )
        )
    try:
        return Fraction(value.removesuffix("."))
    except ZeroDivisionError:
        raise SettingError(
            _("composition '{text}': {count} divides by 0").format(text=whole, count=value)
        ) from None


def _unbalanced(whole: str) -> SettingError:
    return SettingError(
        _("composition '{text}': a parenthesis is open or closed twice; each '(' needs its ')'").format(
            text=whole
        )
    )
