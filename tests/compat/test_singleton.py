from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

import Daisy


@Daisy.Singleton
class One:
    """There is one of it."""

    made = 0
    word = "here"

    def __init__(self, name: str) -> None:
        type(self).made += 1
        self.name = name


def test_every_call_gives_the_first_instance() -> None:
    assert One("first") is One("second") is One()
    assert One("third").name == One("fourth").name


def test_threads_make_one_instance() -> None:
    @Daisy.Singleton
    class Many:
        pass

    with ThreadPoolExecutor(8) as pool:
        assert len({id(made) for made in pool.map(lambda _number: Many(), range(64))}) == 1


def test_it_still_looks_like_the_class() -> None:
    assert isinstance(One("first"), One)
    assert not isinstance("first", One)
    assert One.word == "here"
    assert One.__name__ == "One"
    assert One.__doc__ == "There is one of it."
    with pytest.raises(AttributeError, match="no attribute 'elsewhere'"):
        _ = One.elsewhere


def test_a_subclass_makes_instances_of_its_own() -> None:
    class More(One):
        pass

    assert More("a") is not More("b")
    assert issubclass(More, type(One("first")))


def test_a_constructor_that_failed_is_tried_again() -> None:
    @Daisy.Singleton
    class Late:
        def __init__(self, *, ready: bool) -> None:
            if not ready:
                message = "not yet"
                raise ValueError(message)

    with pytest.raises(ValueError, match="not yet"):
        Late(ready=False)
    assert Late(ready=True) is Late(ready=False)
