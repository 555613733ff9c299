"""A kernel whose store changes all the time, and what that leaves behind: in the kernel, and in the page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from servers import wait_until

if TYPE_CHECKING:
    from browsers import Workbench

# Changes per second.
PACE = 1000
_PREPARE = """
import gc, json, threading, time
import numpy as np
from daisy_lab import store
from daisy_lab._bridge._front import Front
def storm(seconds, pace):
    begin = time.perf_counter()
    for number in range(int(seconds * pace)):
        store.put(f'x{number % 20}', np.float64(number))
        store.delete(f'x{number % 20}')
        ahead = begin + (number + 1) / pace - time.perf_counter()
        if ahead > 0:
            time.sleep(ahead)
    return time.perf_counter() - begin
def left():
    gc.collect()
    fronts = sum(isinstance(item, Front) for item in gc.get_objects())
    from ipykernel.comm.manager import CommManager
    comms = sum(len(item.comms) for item in gc.get_objects() if isinstance(item, CommManager))
    return {'comms': comms, 'fronts': fronts, 'threads': threading.active_count()}
store['calm'] = 1
"""
# Between two frames nothing may take long: that is what a hand feels.
_WATCH = """() => {
    const watch = window.daisyFrames = { times: [], on: true };
    const step = now => {
        watch.times.push(now);
        if (watch.on) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
}"""
_FRAMES = """() => {
    const { times } = window.daisyFrames;
    window.daisyFrames.on = false;
    return times.slice(1).map((now, n) => now - times[n]);
}"""
# Each event of the kernel changes the state once.
_COUNT = """() => {
    const { state } = window.jupyterapp.pluginRegistry._plugins.get('daisy-lab:connections').service.current;
    let count = 0;
    const heard = (_, topic) => { count += topic === 'objects'; };
    state.changed.connect(heard);
    window.daisyEvents = () => { state.changed.disconnect(heard); return count; };
}"""
_PAGE = ("Nodes", "JSEventListeners", "Documents", "JSHeapUsedSize")


class Left(NamedTuple):
    """What is there."""

    comms: int
    fronts: int
    threads: int
    nodes: int
    listeners: int
    documents: int
    heap: int


class Felt(NamedTuple):
    """What a storm was like."""

    seconds: float
    """How long it took."""
    frames: list[float]
    """Milliseconds from each frame to the next."""
    events: int
    """How often the page was told of objects."""


def prepare(workbench: Workbench) -> None:
    """Define the storm in the kernel; all panels are open, and a first short storm has warmed everything up."""
    for panel in ("algorithms", "data", "runs"):
        workbench.show(panel)
    workbench.execute(_PREPARE)
    blow(workbench, 0.5)


def blow(workbench: Workbench, seconds: float) -> Felt:
    """Put and delete for some seconds while frames are counted; at the end the list is as it was."""
    page = workbench.page
    page.evaluate(_COUNT)
    page.evaluate(_WATCH)
    took = float(workbench.execute(f"print(storm({seconds}, {PACE}))"))
    frames = page.evaluate(_FRAMES)
    workbench.execute("store['calm'] = 2")
    workbench.object("calm").wait_for()
    workbench.wait_until(lambda: page.locator(".jp-DaisyData-row").count() == 1, "the list is as it was")
    return Felt(took, frames, int(page.evaluate("window.daisyEvents()")))


def left(workbench: Workbench) -> Left:
    """Count what kernel and page hold, after both have cleared up."""
    # Once in thousands of requests what was printed did not come with its request.
    said = wait_until(lambda: workbench.execute("print(json.dumps(left()))"), "the kernel says what it holds")
    kernel = json.loads(said)
    client = workbench.page.context.new_cdp_session(workbench.page)
    client.send("Performance.enable")
    for _time in range(3):
        client.send("HeapProfiler.collectGarbage")
    told = {item["name"]: int(item["value"]) for item in client.send("Performance.getMetrics")["metrics"]}
    client.detach()
    return Left(kernel["comms"], kernel["fronts"], kernel["threads"], *(told[name] for name in _PAGE))


def instances(workbench: Workbench, prototype: str) -> int:
    """Count the objects of one kind that the page still holds, after it has cleared up."""
    client = workbench.page.context.new_cdp_session(workbench.page)
    kind = client.send("Runtime.evaluate", {"expression": prototype})["result"]["objectId"]
    found = client.send("Runtime.queryObjects", {"prototypeObjectId": kind})["objects"]["objectId"]
    count = {
        "objectId": found,
        "functionDeclaration": "function () { return this.length; }",
        "returnByValue": True,
    }
    told = int(client.send("Runtime.callFunctionOn", count)["result"]["value"])
    client.detach()
    return told
