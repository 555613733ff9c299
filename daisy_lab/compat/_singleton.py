"""`@Daisy.Singleton`: a class of which there is one instance, however often it is called."""

from __future__ import annotations

from functools import update_wrapper
from threading import Lock
from typing import Any, Generic, TypeVar

__all__ = ["Singleton"]

T = TypeVar("T")


class Singleton(Generic[T]):
    """The class it decorates, except that every call gives the instance of the first one.

    It can still be subclassed, and `isinstance` still knows it; a subclass makes instances as any class does,
    unless it is decorated itself.

    Parameters
    ----------
    kind
        The class.
    """

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind
        self._made: list[T] = []
        self._lock = Lock()
        update_wrapper(self, kind, updated=())

    def __call__(self, *args: object, **kwargs: object) -> T:
        """Give the one instance; arguments count the first time only."""
        with self._lock:
            if not self._made:
                self._made.append(self._kind(*args, **kwargs))
            return self._made[0]

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the class has
        return getattr(self._kind, name)

    def __instancecheck__(self, instance: object) -> bool:
        return isinstance(instance, self._kind)

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type[T]]:
        return (self._kind,)

    def __repr__(self) -> str:
        return f"<the one {self._kind.__qualname__}>"
