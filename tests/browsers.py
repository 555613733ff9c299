"""JupyterLab in a browser: one server for all tests, a page for each; a fault on it fails its test.

A plugin of pytest, loaded by `conftest.py`: tests, soak and benchmarks take their pages from here.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import pytest
from servers import BUILT, PATIENCE, Server, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from playwright.sync_api import Browser, Locator, Page
    from servers import Lab

    PageAt = Callable[[Lab], AbstractContextManager["Workbench"]]

PICTURES = Path(__file__).resolve().parents[1] / "out" / "browser"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# What a page may report without being ours: a kernel that was killed, a server that does not answer.
FOREIGN = (
    "Failed to load resource",
    "WebSocket connection to",
    "net::ERR_",
    # JupyterLab, of each comm that it did not open itself: of another page, or over our own wire.
    "Comm not found for comm id",
)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Give the browser's path."""
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is on PATH, and CHROMIUM names none")
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api")
    playwright.expect.set_options(timeout=1000 * PATIENCE)
    with playwright.sync_playwright() as started:
        # Without a sandbox, as root in a container must; all pages come from the server below.
        launched = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def built() -> None:
    """Skip what needs the extension where it is not built."""
    if not (BUILT / "package.json").is_file():
        pytest.skip("the JupyterLab extension is not built: `make test` builds it")


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, built: None) -> Iterator[Lab]:
    """Serve one folder to all tests."""
    with Server(tmp_path_factory.mktemp("lab")) as server:
        yield server.lab


@pytest.fixture
def own_server(tmp_path: Path, built: None) -> Iterator[Server]:
    """Give a server that a test may kill."""
    with Server(tmp_path) as server:
        yield server


def seen(locator: Locator) -> None:
    """Wait until something is seen on a page that may be on its way to another one.

    Looked at again and again: a wait of Playwright's that a navigation falls into does not always end.
    """
    wait_until(locator.first.is_visible, f"{locator} is seen", 3 * PATIENCE, pause=0.3)


def arrived(page: Page, path: str) -> None:
    """Wait until a page has come to an address that begins with a path."""
    body = page.locator("body")
    # Looking at the page is what lets news of it in.
    wait_until(
        lambda: body.count() and urlsplit(page.url).path.startswith(path),
        f"{path} is opened",
        3 * PATIENCE,
        pause=0.3,
    )


class Workbench:
    """A page with JupyterLab, as one who sits before it sees it."""

    def __init__(self, page: Page, lab: Lab) -> None:
        self.page = page
        self.lab = lab
        self.faults: list[str] = []
        page.set_default_timeout(1000 * PATIENCE)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda message: self._hear(message.type, message.text))

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and not any(part in text for part in FOREIGN):
            self.faults.append(text)

    def open(self, notebook: str, workspace: str = "one") -> None:
        """Open a notebook, and nothing else; its kernel is up when this returns."""
        self.page.goto(
            f"{self.lab.url}/lab/workspaces/{workspace}/tree/{notebook}?token={self.lab.token}&reset"
        )
        self.wait_for_kernel()

    def reload(self) -> None:
        """Load the page anew, with the workspace as it was."""
        self.page.reload()
        self.wait_for_kernel()

    def wait_for_kernel(self) -> None:
        """Wait until the kernel of the notebook is idle."""
        self.page.wait_for_selector(".jp-Notebook")
        self.page.wait_for_function("() => window.jupyterapp?.shell !== undefined")
        self.page.wait_for_function(f"() => {_NOTEBOOK}?.sessionContext.session?.kernel?.status === 'idle'")

    def show(self, panel: str) -> Locator:
        """Bring a panel of ours to the front, algorithms, data or runs, and wait until it shows the kernel."""
        found = self.bring(f"daisy-lab-{panel}")
        found.locator(".jp-DaisyStandstill").wait_for(state="detached")
        return found

    def bring(self, name: str) -> Locator:
        """Bring a panel to the front, whatever it shows."""
        self.page.evaluate("name => window.jupyterapp.shell.activateById(name)", name)
        found = self.page.locator(f"[id='{name}']")
        found.wait_for()
        return found

    def panel(self, name: str) -> Locator:
        """Give a panel of ours: algorithms, data or runs."""
        return self.page.locator(f"[id='daisy-lab-{name}']")

    def cell(self) -> str:
        """Give the text of the notebook's cell that is chosen."""
        return str(self.page.evaluate(f"{_NOTEBOOK}.content.activeCell.model.sharedModel.getSource()"))

    @staticmethod
    def wait_until(holds: Callable[[], object], what: str) -> None:
        """Wait until something holds, or fail with what was expected."""
        wait_until(holds, what)

    def execute(self, code: str) -> str:
        """Run code in the notebook's kernel, beside its cells, and give what it printed."""
        said = self.page.evaluate(_EXECUTE, code)
        assert "error" not in said, said["error"]
        return str(said["text"]).strip()

    def start(self, code: str) -> None:
        """Run code in the notebook's kernel, and do not wait for its end."""
        self.page.evaluate(_START, code)
        self.page.wait_for_function(f"() => {_NOTEBOOK}.sessionContext.session.kernel.status === 'busy'")

    def is_running(self) -> bool:
        """Say whether what was started last has not ended."""
        return bool(self.page.evaluate("window.daisyRunning"))

    def kernel(self) -> str:
        """Give the id of the notebook's kernel."""
        return str(self.page.evaluate(f"{_NOTEBOOK}.sessionContext.session.kernel.id"))

    def restart(self) -> None:
        """Start the notebook's kernel anew, as the button does once it was confirmed."""
        self.page.evaluate(f"void {_NOTEBOOK}.sessionContext.session.kernel.restart()")

    def painted(self) -> None:
        """Wait until a picture is on the stage: a blank one has one shade."""
        canvas = self.page.locator(".jp-DaisyStage-canvas")
        canvas.wait_for(state="attached")
        wait_until(lambda: canvas.evaluate(_SHADES) > 20, "a picture is painted")

    def picture(self) -> str:
        """Give the picture that is on the stage in sight, to be compared with another."""
        return str(
            self.page.locator(".jp-DaisyStage-canvas:visible").evaluate("canvas => canvas.toDataURL()")
        )

    def command(self, name: str, **arguments: object) -> None:
        """Run one of JupyterLab's commands, as a key would, and do not wait for its end."""
        self.page.evaluate("([n, a]) => void window.jupyterapp.commands.execute(n, a)", [name, arguments])

    def object(self, name: str) -> Locator:
        """Give the row of an object in the data panel."""
        return self.page.locator(f"[id='jp-DaisyData-row-{quote(name, safe='')}']")

    def algorithm(self, name: str, group: str) -> Locator:
        """Give the row of an algorithm in the algorithms panel, its group unfolded with the mouse."""
        rows = self.panel("algorithms")
        branch = rows.locator(f"[data-key='/{name.partition('.')[0]}/{group}']")
        branch.wait_for()
        if branch.get_attribute("aria-expanded") == "false":
            branch.click()
        return rows.locator(f"[data-key='{name}']")

    def runs(self, state: str = "") -> Locator:
        """Give the rows of the runs panel, or those in one state."""
        which = f"[data-daisy-state='{state}']" if state else ""
        return self.page.locator(f"[id='daisy-lab-runs'] [data-daisy-run]{which}")


_NOTEBOOK = "[...window.jupyterapp.shell.widgets('main')].find(w => w.context?.path?.endsWith('.ipynb'))"
_START = f"""code => {{
    const future = {_NOTEBOOK}.sessionContext.session.kernel.requestExecute({{ code }});
    window.daisyRunning = true;
    void future.done.then(() => {{ window.daisyRunning = false; }});
}}"""
_SHADES = """canvas => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return new Set(data.filter((_, n) => n % 4 === 0)).size;
}"""
_EXECUTE = f"""async code => {{
    const future = {_NOTEBOOK}.sessionContext.session.kernel.requestExecute({{ code }});
    const said = {{ text: '' }};
    future.onIOPub = message => {{
        if (message.header.msg_type === 'stream') said.text += message.content.text;
        if (message.header.msg_type === 'error') said.error = message.content.traceback.join('\\n');
    }};
    await future.done;
    return said;
}}"""


@pytest.fixture
def workbench(page_at: PageAt, lab: Lab) -> Iterator[Workbench]:
    """Give a page of its own; its kernels and files go with the test."""
    try:
        with page_at(lab) as made:
            yield made
    finally:
        lab.clear()


@pytest.fixture
def second(workbench: Workbench, page_at: PageAt, lab: Lab) -> Iterator[Workbench]:
    """Give another browser at the same server."""
    assert workbench.lab is lab
    with page_at(lab) as made:
        yield made


@pytest.fixture
def page_at(browser: Browser) -> PageAt:
    """Give what opens a page at a server; a fault on it fails the test when it is closed."""

    @contextmanager
    def opened(lab: Lab) -> Iterator[Workbench]:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
        try:
            made = Workbench(context.new_page(), lab)
            yield made
            assert made.faults == []
        finally:
            context.close()

    return opened


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Function) -> Iterator[None]:
    """Keep a picture of each page of a test that fails."""
    report = yield
    if report.when == "call" and report.failed:
        for name, bench in item.funcargs.items():
            if isinstance(bench, Workbench):
                picture = PICTURES / f"{item.name}-{name}.png"
                bench.page.screenshot(path=picture)
                report.sections.append(("The page", str(picture)))
    return report
