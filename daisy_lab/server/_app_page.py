"""An app's page: Voila draws the notebook of the app's folder, in a kernel that is ready where one waits.

The notebook is read from the app's folder, not from the user's files: nothing is copied there, and the kernel works in
the user's folder. An app that only names a workflow has a notebook of one line.
"""

from __future__ import annotations

import asyncio
import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

import nbformat
from jinja2 import Environment, FileSystemLoader, Template
from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated
from voila.configuration import VoilaConfiguration
from voila.paths import collect_template_paths
from voila.server_extension import load_config_file
from voila.static_file_handler import TemplateStaticFileHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.utils import get_voila_labextensions_path

from daisy_lab.errors import DaisyError
from daisy_lab.server._language import COOKIE, language_of
from daisy_lab.server._pages import page
from daisy_lab.server._settings import SHARE, without_addresses
from daisy_lab.server._way_back import way_back
from daisy_lab.texts import gettext as _
from daisy_lab.texts import speaking

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab._manifests import App

__all__ = ["AppPage", "page_settings", "script_folders"]

_WORKFLOW_PAGE = "from daisy_lab.apps.workflow import show\n\nshow()"


def page_settings(serverapp: Any) -> dict[str, Any]:  # noqa: ANN401 - jupyter_server has no types here
    """Give what Voila's handler is made with, once per server."""
    configuration = VoilaConfiguration(parent=serverapp)
    own = load_config_file()
    if own is not None:
        configuration.update_config(own)
    return {
        "config": serverapp.config,
        "template_paths": collect_template_paths(["voila", "nbconvert"], configuration.template),
        "voila_configuration": configuration,
    }


def script_folders(settings: Mapping[str, Any]) -> list[str]:
    """Give where the extensions lie that draw widgets."""
    extra = settings["voila_configuration"].extra_labextensions_path
    return list(get_voila_labextensions_path(extra))


class _Notebook:
    """Gives Voila the app's notebook where it looks for a file of the user's."""

    def __init__(self, content: Any) -> None:  # noqa: ANN401 - nbformat has no types
        self._content = content

    def get(self, path: str, **_asked: object) -> dict[str, Any]:
        """Give the notebook, whatever its path."""
        return {"type": "notebook", "path": path, "content": self._content}


class _Kernels:
    """Gives Voila a kernel for this page where it starts one."""

    def __init__(self, manager: Any, facts: dict[str, str]) -> None:  # noqa: ANN401
        self._manager, self._facts = manager, facts

    async def start_kernel(self, *, kernel_name: str, path: str, env: dict[str, str]) -> Any:  # noqa: ANN401
        """Start one in the page's environment, or take one that waits."""
        start = getattr(self._manager, "start_for_app", self._manager.start_kernel)
        return await start(kernel_name=kernel_name, path=path, env={**env, **self._facts})

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._manager, name)


class AppPage(TornadoVoilaHandler):  # type: ignore[misc]  # Voila has no types
    """Shows one app: `GET daisy-lab/app/NAME`."""

    auth_resource = "daisy-lab"
    _notebook: _Notebook | None = None
    _kernels: _Kernels | None = None

    async def _get(self, name: str) -> None:
        """Give the page, piece by piece while its kernel works."""
        # Imported here, on the first request: a server that starts needs none of it.
        from daisy_lab._manifests import find_app  # noqa: PLC0415

        language = language_of(self)
        with speaking(language):
            try:
                app = await asyncio.to_thread(find_app, name)
                if app.manifest.path is not None or app.manifest.kind == "lab":
                    self.redirect(f"{self.base_url}{app.path}")
                    return
                notebook = await asyncio.to_thread(notebook_of, app)
            except DaisyError as error:
                self._refuse(language, str(error))
                return
        if self.get_query_argument("lang", ""):
            self.set_cookie(COOKIE, language, path="/", samesite="Lax", max_age=365 * 86400)
        with speaking(language):
            facts = facts_for_page(app, self.base_url, language)
        self._begin(facts)
        self._notebook = _Notebook(notebook)
        self._kernels = _Kernels(super().kernel_manager, environment(app, language, self.request.query))
        self.page_config_hook = lambda config, **given: without_addresses(config, **given) | {"daisy": facts}
        async for html in self.get_generator(path=f"{app.name}.ipynb"):
            self.write(html)
            self.flush()

    get = authenticated(authorized(_get))

    @property
    def contents_manager(self) -> Any:  # noqa: ANN401
        """Where Voila reads the notebook."""
        return self._notebook or super().contents_manager

    @property
    def kernel_manager(self) -> Any:  # noqa: ANN401
        """Where Voila starts its kernel."""
        return self._kernels or super().kernel_manager

    def _begin(self, facts: dict[str, Any]) -> None:
        """Say what starts, before anything takes time."""
        # Made now, with the cookie that goes with it: a page that is closed sends it back, so that its kernel ends.
        self.xsrf_token  # noqa: B018 - a property of tornado's that sets the cookie
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.write(begin(facts, self.base_url))
        self.flush()

    def _refuse(self, language: str, words: str) -> None:
        self.set_status(404)
        title, what = _("This app cannot be shown"), _("The gallery shows which apps there are.")
        link = f"{self.base_url}daisy-lab/gallery"
        self.finish(
            page("message.html", self.base_url, language, title=title, words=words, what=what, link=link)
        )

    def write_error(self, status_code: int, **facts: Any) -> None:  # noqa: ANN401
        """Say in words what went wrong before the page began."""
        error = (facts.get("exc_info") or (None, None, None))[1]
        language = language_of(self)
        with speaking(language):
            title = _("The page could not be made")
            words = str(getattr(error, "log_message", None) or error or status_code)
            what = _("Load it again; when it fails once more, the server's log says why.")
        self.finish(
            page("message.html", self.base_url, language, title=title, words=words, what=what, link="?")
        )


def facts_for_page(app: App, base_url: str, language: str) -> dict[str, Any]:
    """Give what the template says of an app, in the language that is spoken."""
    title = app.title(language)
    return {
        # The template begins itself where nobody has.
        "begun": True,
        "title": title,
        "icon": app.icon,
        "language": language.replace("_", "-"),
        "kernels": f"{base_url}daisy-lab/kernels/",
        "starting": _("Starting {title}").format(title=title),
        "lost": _("The program behind this page has ended"),
        "lost_words": _("Finished results and settings are kept in your session."),
        "away": _("The server does not answer"),
        "away_words": _("Perhaps it was stopped, or the network is away. The page tries again by itself."),
        "part": _("A part of the page did not arrive"),
        "part_words": _(
            "The network or the server may be slow. Settings and results are kept; load the page again."
        ),
        "again": _("Load the page again"),
        "failed": _("{title} could not start").format(title=title),
        "failed_words": _(
            "Nothing of your data was changed. Load the page again; when it fails once more, give the details "
            "below to whoever looks after this server."
        ),
        "details": _("Details"),
    }


def begin(facts: dict[str, Any], base_url: str) -> str:
    """Give the beginning of a page: all that stands before its kernel is there."""
    settings = {"static_url_prefix": f"{base_url}voila/templates/", "static_path": None}

    def static_url(name: str) -> str:
        return str(TemplateStaticFileHandler.make_static_url(settings, f"daisy/static/{name}"))

    return _beginning().render(daisy=facts, title=facts["title"], base_url=base_url, static_url=static_url)


@lru_cache
def _beginning() -> Template:
    folder = SHARE / "voila" / "templates" / "daisy"
    return Environment(loader=FileSystemLoader(folder), autoescape=True).get_template("begin.html.j2")


def notebook_of(app: App) -> Any:  # noqa: ANN401
    """Give the notebook that makes an app's page: the one of its folder, or the one line that a workflow needs."""
    # Imported here, as above.
    from daisy_lab._manifests import ManifestError  # noqa: PLC0415

    if app.manifest.notebook is None:
        title = nbformat.v4.new_markdown_cell(app.title(), metadata={"tags": ["title"]})
        made = nbformat.v4.new_notebook(cells=[title, nbformat.v4.new_code_cell(_WORKFLOW_PAGE)])
        made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        return made
    path = app.folder / app.manifest.notebook
    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.reader.NotJSONError, nbformat.ValidationError) as error:
        raise ManifestError(_("{path}: is no notebook: {reason}").format(path=path, reason=error)) from None


def environment(app: App, language: str, query: str) -> dict[str, str]:
    """Give what an app's kernel finds in its environment; the token that opened the page stays out of it."""
    asked = [(key, value) for key, value in parse_qsl(query, keep_blank_values=True) if key != "token"]
    folders = filter(None, [str(app.folder), os.environ.get("PYTHONPATH", "")])
    return {
        "DAISY_LAB_APP": app.name,
        "DAISY_LAB_APP_FOLDER": str(app.folder),
        "DAISY_LAB_LANGUAGE": language,
        "PYTHONPATH": os.pathsep.join(folders),
        "QUERY_STRING": urlencode(asked),
        "VOILA_REQUEST_URL": "",
        "DAISY_LAB_HOME": way_back(),
    }
