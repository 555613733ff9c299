"""Pages that the server makes without a kernel: templates beside this module, texts in the reader's language."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from jupyter_server.base.handlers import JupyterHandler
from tornado.web import RequestHandler

from daisy_lab.server._language import COOKIE, language_of
from daisy_lab.server._way_back import way_back
from daisy_lab.texts import gettext as _
from daisy_lab.texts import speaking

__all__ = ["LockedHandler", "PageHandler", "page"]

_FOLDER: Final = Path(__file__).parent / "templates"
_POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'self'"
)
_OTHER: Final = {"en": ("zh_CN", "中文"), "zh_CN": ("en", "English")}


@lru_cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=select_autoescape(), undefined=StrictUndefined
    )
    made.globals["_"] = _
    return made


def page(name: str, base_url: str, language: str, **facts: object) -> str:
    """Make a page from its template.

    Parameters
    ----------
    name
        Name of the template.
    base_url
        Where the server's addresses begin.
    language
        `en` or `zh_CN`.
    facts
        What the template shows.
    """
    other, called = _OTHER[language]
    static = f"{base_url.rstrip('/')}/daisy-lab/static"
    with speaking(language):
        return (
            _templates()
            .get_template(name)
            .render(
                base=base_url,
                static=static,
                language=language,
                tag=language.replace("_", "-"),
                other=other,
                other_called=called,
                home=way_back(),
                **facts,
            )
        )


class PageHandler(JupyterHandler):  # type: ignore[misc]  # jupyter_server is not followed by the type checker
    """A page of ours, for who has logged in."""

    auth_resource = "daisy-lab"

    def show(self, name: str, **facts: object) -> None:
        """Answer with a page; a language that the address names is kept for the next one."""
        language = language_of(self)
        if self.get_query_argument("lang", ""):
            self.set_cookie(COOKIE, language, path="/", samesite="Lax", max_age=365 * 86400)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", _POLICY)
        self.set_header("Cache-Control", "no-cache")
        self.finish(page(name, self.base_url, language, **facts))


class LockedHandler(RequestHandler):  # type: ignore[misc]
    """Refuses what is no part of the one app that this server shows; it tells nothing that needs a login."""

    def check_xsrf_cookie(self) -> None:
        """Refuse in the same words whoever asks: nothing happens here that could be forged."""

    async def prepare(self) -> None:
        """Answer every kind of request the same."""
        self.set_status(403)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", _POLICY)
        language = language_of(self)
        base = self.settings["base_url"]
        facts: dict[str, Any] = {"title": "", "words": "", "what": "", "link": base}
        with speaking(language):
            facts["title"] = _("This page is closed here")
            facts["words"] = _("This environment shows one app and nothing else.")
            facts["what"] = _("For JupyterLab or a terminal, start the workbench environment.")
        self.finish(page("message.html", base, language, **facts))
