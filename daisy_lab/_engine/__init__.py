"""Engines: what runs algorithms and workflows, whole or block by block, and says how it goes."""

from daisy_lab._engine._budget import default_memory
from daisy_lab._engine._calls import Call, Middle, Ref, When, ref
from daisy_lab._engine._default import default_engine
from daisy_lab._engine._device import Cuda, Device, DeviceName
from daisy_lab._engine._flow import Job
from daisy_lab._engine._local import LocalEngine
from daisy_lab._engine._memo import Memo
from daisy_lab._engine._meter import Meter, hold_malloc, peak_memory, resident_memory
from daisy_lab._engine._planning import Plan, PlannedSection
from daisy_lab._engine._protocol import Engine
from daisy_lab._engine._recording import RecordingEngine
from daisy_lab._engine._run import Run
from daisy_lab._engine._sinks import Outlet, Partial, Partials, Sink

__all__ = [
    "Call",
    "Cuda",
    "Device",
    "DeviceName",
    "Engine",
    "Job",
    "LocalEngine",
    "Memo",
    "Meter",
    "Middle",
    "Outlet",
    "Partial",
    "Partials",
    "Plan",
    "PlannedSection",
    "RecordingEngine",
    "Ref",
    "Run",
    "Sink",
    "When",
    "default_engine",
    "default_memory",
    "hold_malloc",
    "peak_memory",
    "ref",
    "resident_memory",
]
