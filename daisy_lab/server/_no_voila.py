"""The page of an app where Voila is not installed: says what to install."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from daisy_lab.server._language import language_of
from daisy_lab.server._pages import PageHandler
from daisy_lab.texts import gettext as _
from daisy_lab.texts import speaking

__all__ = ["NoVoilaHandler"]


class NoVoilaHandler(PageHandler):
    """Says how to get Voila."""

    async def _get(self, _name: str) -> None:
        self.set_status(501)
        with speaking(language_of(self)):
            title = _("Apps cannot be shown here yet")
            words = _("Voila, which draws an app's page, is not installed.")
            what = _("Install it with: pip install 'daisy-lab[apps]' and start the server again.")
        self.show("message.html", title=title, words=words, what=what, link=self.base_url)

    get = authenticated(authorized(_get))
