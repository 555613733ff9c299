"""One user, one password: who may log in to a hub of one's own."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyterhub.auth import Authenticator
from tornado.web import HTTPError
from traitlets import Unicode

from daisy_lab.hub._language import language_of
from daisy_lab.hub._password import Patience, is_right
from daisy_lab.texts import gettext as _
from daisy_lab.texts import speaking

__all__ = ["PasswordAuthenticator"]


class PasswordAuthenticator(Authenticator):  # type: ignore[misc]  # jupyterhub is not followed by the type checker
    """Admits the one user who knows the password of this hub."""

    user = Unicode(help="The one who may log in.").tag(config=True)
    password = Unicode(help="Salt and hash of the password.").tag(config=True)

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - as traitlets has it
        super().__init__(**kwargs)
        self._patience = Patience()

    async def authenticate(self, handler: Any, data: dict[str, str]) -> str | None:  # noqa: ANN401 - jupyterhub's
        """Give the user's name where the password is right.

        Raises
        ------
        HTTPError
            Too many wrong ones came before: says how long to wait.
        """
        left = self._patience.seconds_left()
        if left > 0:
            with speaking(language_of(handler)):
                words = _("Too many wrong passwords: wait {seconds:.0f} s, then try again.").format(
                    seconds=left + 0.5
                )
            raise HTTPError(429, words)
        self._patience.note_try()
        right = await asyncio.to_thread(is_right, data.get("password", ""), self.password)
        if not right or data.get("username", "") not in {"", self.user}:
            return None
        self._patience.note_success()
        return str(self.user)
