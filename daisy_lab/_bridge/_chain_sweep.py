"""A contact sheet: one part of a result for many values of one or two settings, picture after picture."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from daisy_lab import _preview as preview
from daisy_lab._bridge._chain_looks import look, part_of, require_part, spot_of, workflow_of
from daisy_lab._bridge._faults import error_info
from daisy_lab._bridge._handlers import handles
from daisy_lab._engine import Run
from daisy_lab._ledger import plain
from daisy_lab._messages import CHAIN_LIMIT, SweepChain, SweepDone, TileEvent
from daisy_lab.errors import CancelledError, DataError, SettingError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab._bridge._bridge import Bridge
    from daisy_lab._bridge._front import Front
    from daisy_lab._engine import Job
    from daisy_lab.vocabulary import Array


@handles(SweepChain, "slow")
def sweep(bridge: Bridge, front: Front, asked: SweepChain) -> SweepDone:
    """Compute all pictures, and tell each as soon as it is there; what they share is computed once."""
    begin = time.perf_counter()
    combinations = list(itertools.product(*(one.values for one in asked.over)))
    if len(combinations) > CHAIN_LIMIT:
        raise SettingError(
            _("{count} pictures were asked for; {most} are the most: try fewer values").format(
                count=len(combinations), most=CHAIN_LIMIT
            )
        )
    if len({one.setting for one in asked.over}) < len(asked.over):
        raise SettingError(_("'{name}' is swept twice; name two settings").format(name=asked.over[0].setting))
    workflow = workflow_of(asked)
    require_part(workflow, asked.target or workflow.outputs[-1], asked.want, bridge.engine.store)
    bridge.shelf.take_away(front, asked.into)
    sheet = _Sheet(bridge, front, asked, len(combinations))
    whole = Run(_("contact sheet"), bridge.engine.workers)
    look(bridge, front, asked, whole, lambda: _carried_out(whole, sheet, combinations))
    if sheet.fault is not None and sheet.failed == len(combinations):
        raise sheet.fault
    low, high = sheet.levels()
    return SweepDone(
        count=len(combinations), failed=sheet.failed, low=low, high=high, seconds=time.perf_counter() - begin
    )


def _carried_out(whole: Run, sheet: _Sheet, combinations: list[tuple[Any, ...]]) -> None:
    def work(_run: Run) -> None:
        for number, values in enumerate(combinations):
            whole.advance(number, len(combinations), _("contact sheet"))
            sheet.add(number, values, whole)

    whole.carry_out(work)
    whole.result()


@dataclass
class _Sheet:
    """One contact sheet on its way."""

    bridge: Bridge
    front: Front
    asked: SweepChain
    count: int
    failed: int = 0
    fault: Exception | None = None
    _lows: list[float] = field(default_factory=list)
    _highs: list[float] = field(default_factory=list)

    def add(self, number: int, values: tuple[Any, ...], whole: Run) -> None:
        """Compute one picture and tell it; a fault of these values is told in its place."""
        if whole.flag[0]:
            raise CancelledError(_("cancelled"))
        try:
            event = self._made(number, values, whole)
        except CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary to foreign code: a step may raise anything
            self.failed, self.fault = self.failed + 1, error
            event = TileEvent(
                name="",
                version=0,
                axes=(),
                shape=(),
                unit="",
                low=None,
                high=None,
                view=self.asked.view,
                number=number,
                count=self.count,
                values=values,
                found={},
                error=error_info(error),
            )
        self.front.tell(event)

    def levels(self) -> tuple[float | None, float | None]:
        """Give levels that suit all pictures, those asked for first."""
        low = self.asked.low if self.asked.low is not None else min(self._lows, default=None)
        high = self.asked.high if self.asked.high is not None else max(self._highs, default=None)
        return low, high

    def _made(self, number: int, values: tuple[Any, ...], whole: Run) -> TileEvent:
        engine = self.bridge.engine
        job = self._job(values)
        run = Run(job.title, engine.workers)
        # A stop of the sheet stops the picture at work.
        run.flag = whole.flag
        block = engine.block(job, run, self.bridge.memo)
        picture = preview.reduced(_plane(block, job.targets[0]), self.asked.height, self.asked.width)
        report = {**run.report, "axes": run.report["axes"][-2:]}
        spot = spot_of(self.bridge, self.front, f"{self.asked.into}.{number}", picture, report)
        if spot.low is not None and spot.high is not None:
            self._lows.append(spot.low)
            self._highs.append(spot.high)
        return TileEvent(
            **dict(spot),
            view=self.asked.view,
            number=number,
            count=self.count,
            values=values,
            found={name: plain(value) for name, value in run.report["values"].items()},
        )

    def _job(self, values: tuple[Any, ...]) -> Job:
        changed = dict(
            zip((one.setting for one in self.asked.over), values, strict=True),
        )
        # The two together: a setting of a step, and one of the same step that was set before, may depend on each other.
        workflow = workflow_of(self.asked.model_copy(update={"settings": {**self.asked.settings, **changed}}))
        return workflow.job(
            targets=[self.asked.target or workflow.outputs[-1]],
            available=self.bridge.engine.store,
            inputs=self.asked.inputs,
            want=part_of(self.asked.want),
        )


def _plane(block: Any, name: str) -> Array:  # noqa: ANN401 - whatever the chain gives
    """Give the middle plane of a block."""
    values = np.asarray(block)
    while values.ndim > 2 and len(values):  # noqa: PLR2004 - a picture
        values = values[len(values) // 2]
    if values.ndim != 2 or not values.size or values.dtype.kind not in "buif":  # noqa: PLR2004 - as above
        raise DataError(
            _("'{name}' is no picture, so there is no contact sheet of it; choose another result").format(
                name=name
            )
        )
    return values
