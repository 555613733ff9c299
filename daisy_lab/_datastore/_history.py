"""All versions of all names, which of them are current, and the log that undo and redo walk.

A step of the log holds for each name it touched the version before and the version after, so that undoing is
O(1): nothing is copied, a name points to another version. Every method is called under the store's lock.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from daisy_lab._datastore._names import missing_object, missing_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from daisy_lab._datastore._content import Content
    from daisy_lab._datastore._object import DataObject

__all__ = ["History", "Step", "Turn", "Version"]


class Version(NamedTuple):
    """One version of a name: what is told of it and what it is."""

    about: DataObject
    content: Content


class Turn(NamedTuple):
    """A name that goes from one version to another; none where the name is not there."""

    name: str
    before: Version | None
    after: Version | None


Step: TypeAlias = tuple[Turn, ...]


class History:
    """Versions, current ones and the log of steps."""

    def __init__(self) -> None:
        self.current: dict[str, Version] = {}
        self._versions: dict[str, dict[int, Version]] = {}
        self._last: dict[str, int] = {}
        self._log: list[Step] = []
        self._done = 0

    def is_fresh(self) -> bool:
        """Tell whether nothing has happened yet."""
        return not self._last

    def next_number(self, name: str) -> int:
        """Give the number the next version of that name will have; none is ever used twice."""
        return self._last.get(name, 0) + 1

    def find(self, name: str, version: int | None = None) -> Version:
        """Find the current or a given version.

        Raises
        ------
        MissingObjectError
            If there is no such name now, or no such version of it.
        """
        if version is None:
            found = self.current.get(name)
            if found is None:
                raise missing_object(name, self.current)
            return found
        versions = self._versions.get(name)
        if not versions:
            raise missing_object(name, self.current)
        if version not in versions:
            raise missing_version(name, version, versions)
        return versions[version]

    def versions(self, name: str) -> tuple[Version, ...]:
        """Give all versions of a name, oldest first, also of a deleted one.

        Raises
        ------
        MissingObjectError
            If there is none.
        """
        versions = self._versions.get(name)
        if not versions:
            raise missing_object(name, self.current)
        return tuple(versions.values())

    def contents(self) -> Iterator[Content]:
        """Give every content once."""
        seen: set[Content] = set()
        for versions in self._versions.values():
            for version in versions.values():
                if version.content not in seen:
                    seen.add(version.content)
                    yield version.content

    def put(self, versions: Iterable[Version]) -> Step:
        """Make the step that makes new versions current; `push` takes it."""
        current = self.current
        return tuple([Turn((name := new.about.name), current.get(name), new) for new in versions])

    def delete(self, names: Iterable[str]) -> Step:
        """Make the step that takes names away."""
        return tuple([Turn(name, self.find(name), None) for name in names])

    def rename(self, old: str, new: str) -> Step:
        """Make the step that gives the value another name, as a new version there; nothing is copied."""
        before = self.find(old)
        about = replace(before.about, name=new, version=self.next_number(new))
        return (Turn(old, before, None), Turn(new, self.current.get(new), Version(about, before.content)))

    def restore(self, name: str, version: int) -> Step:
        """Make the step that makes an old version current again."""
        return (Turn(name, self.current.get(name), self.find(name, version)),)

    def push(self, step: Step, *, undoable: bool = True) -> None:
        """Take a new step; unless undo is to know nothing of it, what was undone before cannot be redone any more."""
        if undoable:
            del self._log[self._done :]
            self._log.append(step)
            self._done += 1
        for turn in step:
            name, _before, after = turn
            if after is not None:
                number = after.about.version
                if name in self._versions:
                    self._versions[name][number] = after
                else:
                    self._versions[name] = {number: after}
                if number > self._last.get(name, 0):
                    self._last[name] = number
            self._point(name, after)

    def can_undo(self) -> bool:
        """Tell whether a step is left to undo."""
        return self._done > 0

    def can_redo(self) -> bool:
        """Tell whether a step was undone and none taken since."""
        return self._done < len(self._log)

    def undo(self) -> Step:
        """Take the last step back; the step returned leads from now to then."""
        self._done -= 1
        back = tuple(Turn(turn.name, turn.after, turn.before) for turn in self._log[self._done])
        for turn in back:
            self._point(turn.name, turn.after)
        return back

    def redo(self) -> Step:
        """Take the step again that was undone last."""
        step = self._log[self._done]
        self._done += 1
        for turn in step:
            self._point(turn.name, turn.after)
        return step

    def forget(self) -> list[Content]:
        """Keep the current versions only; what is not needed any more is returned."""
        kept = {version.content for version in self.current.values()}
        gone = [content for content in self.contents() if content not in kept]
        self._versions = {name: {version.about.version: version} for name, version in self.current.items()}
        self._log.clear()
        self._done = 0
        return gone

    def _point(self, name: str, version: Version | None) -> None:
        if version is None:
            self.current.pop(name, None)
        else:
            self.current[name] = version
