"""Random sequences of actions, undone and redone: every name must come back bit by bit."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daisy_lab._datastore import DataStore, Put

if TYPE_CHECKING:
    from collections.abc import Callable

_NAMES = ["projections", "scan/dark", "scan/flat", "theta", "volume"]
_ACTIONS = ["put", "put", "put_many", "delete", "rename", "restore", "undo", "redo"]
_SETTINGS = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

State = dict[str, tuple[int, bytes]]


def _state(store: DataStore) -> State:
    return {name: (store.describe(name).version, store[name].tobytes()) for name in store}


def _value(dice: random.Random) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.frombuffer(dice.randbytes(dice.randrange(1, 64)), np.uint8).copy()


def _act(store: DataStore, action: str, dice: random.Random) -> None:
    """Do one action that changes something."""
    held = list(store)
    free = [name for name in _NAMES if name not in held]
    if action == "delete" and held:
        store.delete(dice.choice(held))
    elif action == "rename" and held and free:
        store.rename(dice.choice(held), dice.choice(free))
    elif action == "restore" and held:
        name = dice.choice(held)
        older = [about.version for about in store.history(name) if about != store.describe(name)]
        if older:
            store.restore(name, dice.choice(older))
        else:
            store[name] = _value(dice)
    elif action == "put_many":
        store.put_many({name: Put(_value(dice)) for name in dice.sample(_NAMES, 3)})
    else:
        store[dice.choice(_NAMES)] = _value(dice)


class _Model:
    """The states a user has been through, and where he is."""

    def __init__(self, store: DataStore) -> None:
        self._store = store
        self._states: list[State] = [{}]
        self._now = 0

    def follow(self, action: str, dice: random.Random) -> None:
        if action == "undo":
            self._walk(self._store.undo, -1)
        elif action == "redo":
            self._walk(self._store.redo, 1)
        else:
            _act(self._store, action, dice)
            del self._states[self._now + 1 :]
            self._states.append(_state(self._store))
            self._now += 1

    def to_the_beginning(self) -> None:
        while self._now:
            self._walk(self._store.undo, -1)
        assert self._store.undo() is None

    def to_the_end(self) -> None:
        while self._now < len(self._states) - 1:
            self._walk(self._store.redo, 1)
        assert self._store.redo() is None

    def _walk(self, step: Callable[[], object], by: int) -> None:
        possible = int(0 <= self._now + by < len(self._states))
        assert (step() is not None) == bool(possible)
        self._now += by * possible
        assert _state(self._store) == self._states[self._now]


@settings(_SETTINGS, max_examples=4)
@given(seed=st.integers(0, 2**32), memory=st.sampled_from([None, 200]))
def test_a_thousand_random_actions_undo_and_redo_bit_identically(seed: int, memory: int | None) -> None:
    dice = random.Random(seed)  # noqa: S311 - nothing secret
    with DataStore(memory=memory) as store:
        model = _Model(store)
        for _ in range(1000):
            model.follow(dice.choice(_ACTIONS), dice)
        model.to_the_beginning()
        model.to_the_end()


@settings(_SETTINGS, max_examples=40)
@given(actions=st.lists(st.sampled_from(_ACTIONS), max_size=25), seed=st.integers(0, 9))
def test_any_short_sequence_undoes_and_redoes(actions: list[str], seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - nothing secret
    with DataStore() as store:
        model = _Model(store)
        for action in actions:
            model.follow(action, dice)
        model.to_the_beginning()
        model.to_the_end()
