"""What is read from a function's signature and docstring: ports, outputs, texts, and what cannot work."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np
import pytest

from daisy_lab import Algorithm, algorithm
from daisy_lab._algorithm import Port
from daisy_lab.errors import DefinitionError
from daisy_lab.vocabulary import (
    SAME,
    Angles,
    Array,
    Axes,
    Exposures,
    Pixel,
    Projections,
    Same,
    Slice,
    Unit,
    Volume,
)

Spectrum = Annotated[Array, Axes("energy"), Unit("keV")]


class Lost(NamedTuple):
    center: Nowhere  # type: ignore[name-defined]  # noqa: F821 - the fault under test


class Found(NamedTuple):
    center: Pixel
    score: Annotated[Array, Axes("candidate")]


def test_ports_carry_axes_units_and_texts() -> None:
    @algorithm
    def weigh(projections: Projections, theta: Angles, spectrum: Spectrum) -> Volume:
        """Weigh the data.

        Parameters
        ----------
        projections
            Radiographs after
            flat-field correction.
        theta
            Projection angles.
        """
        return projections

    projections, theta, spectrum = weigh.inputs
    assert projections == Port(
        "projections", ("angle", "row", "column"), text="Radiographs after flat-field correction."
    )
    assert theta == Port("theta", ("angle",), "rad", text="Projection angles.")
    assert spectrum == Port("spectrum", ("energy",), "keV")
    assert weigh.summary == "Weigh the data."


def test_an_input_with_a_default_is_optional() -> None:
    @algorithm
    def fill(image: Slice, mask: Slice | None = None, flat: Exposures | None = None) -> Slice:
        """Fill holes."""
        return image

    assert [(port.name, port.optional, port.axes) for port in fill.inputs] == [
        ("image", False, ("y", "x")),
        ("mask", True, ("y", "x")),
        ("flat", True, ("exposure", "row", "column")),
    ]


def test_a_value_has_no_axes() -> None:
    @algorithm
    def shift(center: Pixel) -> Pixel:
        """Shift the axis."""
        return center + 1

    assert shift.inputs == (Port("center", None, "pixel"),)
    assert shift.outputs == (Port("shift", None, "pixel"),)


def test_same_keeps_the_axes_of_the_first_input() -> None:
    @algorithm
    def negative(image: Same) -> Same:
        """Give the negative."""
        return -image

    assert negative.inputs[0].axes is SAME
    assert negative.outputs[0].axes is SAME


def test_one_output_is_named_after_the_function() -> None:
    @algorithm
    def transmission(projections: Projections) -> Projections:
        """Normalise."""
        return projections

    assert transmission.outputs == (Port("transmission", ("angle", "row", "column")),)


def test_the_docstring_can_name_the_output() -> None:
    @algorithm
    def normalise(projections: Projections) -> Projections:
        """Normalise.

        Returns
        -------
        transmission
            Between 0 and 1.
        """
        return projections

    assert normalise.outputs == (Port("transmission", ("angle", "row", "column"), text="Between 0 and 1."),)


def test_a_type_in_the_returns_section_is_no_name() -> None:
    @algorithm
    def normalise(projections: Projections) -> Projections:
        """Normalise.

        Returns
        -------
        Annotated array
            Between 0 and 1.
        """
        return projections

    assert normalise.outputs[0].name == "normalise"


def test_a_named_tuple_gives_several_outputs() -> None:
    @algorithm
    def search(projections: Projections) -> Found:
        """Search the axis.

        Returns
        -------
        center
            Where it turns.
        score
            How sharp each candidate is.
        """
        return Found(1.0, projections[:, 0, 0])

    assert search.outputs == (
        Port("center", None, "pixel", text="Where it turns."),
        Port("score", ("candidate",), text="How sharp each candidate is."),
    )


def test_an_algorithm_is_still_the_function() -> None:
    @algorithm
    def double(image: Same, *, times: int = 2) -> Same:
        """Multiply."""
        return image * times

    assert isinstance(double, Algorithm)
    assert double(np.ones(3)).tolist() == [2, 2, 2]
    assert double(np.ones(3), times=-7).tolist() == [-7, -7, -7]
    assert double.__name__ == "double"
    assert double.__doc__ == "Multiply."


def test_the_repr_shows_data_settings_and_outputs() -> None:
    @algorithm
    def double(image: Same, *, times: int = 2) -> Same:
        """Multiply."""
        return image * times

    assert "double(image; times) -> double" in repr(double)


def test_an_argument_without_a_type_is_refused() -> None:
    with pytest.raises(
        DefinitionError, match=r"algorithm bad: argument 'image' has no type; write e\.g\. image: Projections"
    ):

        @algorithm
        def bad(image) -> Slice:  # type: ignore[no-untyped-def]  # noqa: ANN001 - the fault under test
            return image


@pytest.mark.parametrize(
    "code", ["def bad(*images: Slice) -> Slice: ...", "def bad(**images: Slice) -> Slice: ..."]
)
def test_an_open_list_of_arguments_is_refused(code: str) -> None:
    space = {"Slice": Slice}
    exec(code, space)  # noqa: S102 - the fault under test
    with pytest.raises(
        DefinitionError, match=r"algorithm bad takes \*images: name each data object and each setting"
    ):
        algorithm(space["bad"])  # type: ignore[call-overload]  # made by exec


@pytest.mark.parametrize("ending", ["", " -> None"])
def test_returning_nothing_is_refused(ending: str) -> None:
    space = {"Slice": Slice}
    exec(f"def bad(image: Slice){ending}: ...", space)  # noqa: S102 - the fault under test
    with pytest.raises(DefinitionError, match="algorithm bad returns nothing: write the type of its result"):
        algorithm(space["bad"])  # type: ignore[call-overload]  # made by exec


def test_a_type_that_cannot_be_found_is_named() -> None:
    with pytest.raises(
        DefinitionError, match="algorithm bad: the type Elsewhere is not known at module level"
    ) as caught:

        @algorithm
        def bad(image: Elsewhere) -> Slice:  # type: ignore[name-defined]  # noqa: F821 - the fault under test
            return image

    assert caught.value.__suppress_context__


def test_a_type_of_an_output_that_cannot_be_found_is_named() -> None:
    with pytest.raises(DefinitionError, match="the type Nowhere is not known at module level"):

        @algorithm
        def bad(image: Slice) -> Lost:
            return Lost(image)


def test_a_definition_error_is_a_type_error() -> None:
    with pytest.raises(TypeError):
        algorithm(lambda image: image)
