"""When a session's process ends by itself."""

from __future__ import annotations

from daisy_lab._detached._lifetime import Lifetime


class World:
    now, used, there = 0.0, False, True

    def lifetime(self) -> Lifetime:
        return Lifetime(100.0, is_used=lambda: self.used, is_there=lambda: self.there, clock=lambda: self.now)


def test_it_ends_after_its_time_without_anybody() -> None:
    world = World()
    lifetime = world.lifetime()
    world.now = 99.0
    assert lifetime.verdict() is None
    world.now = 100.0
    assert lifetime.verdict() == "idle"


def test_while_it_is_used_it_never_ends() -> None:
    world = World()
    lifetime = world.lifetime()
    world.used = True
    world.now = 10_000.0
    assert lifetime.verdict() is None


def test_the_time_begins_anew_when_it_was_used() -> None:
    world = World()
    lifetime = world.lifetime()
    world.used, world.now = True, 90.0
    lifetime.verdict()
    world.used, world.now = False, 189.0
    assert lifetime.verdict() is None
    world.now = 190.0
    assert lifetime.verdict() == "idle"


def test_without_its_folder_it_ends_even_while_it_is_used() -> None:
    world = World()
    lifetime = world.lifetime()
    world.used, world.there = True, False
    assert lifetime.verdict() == "gone"
