"""What the templates of the hub's pages may say: words in the reader's language, and the cards of the picker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import pass_context
from markupsafe import Markup

from daisy_lab.hub._language import language_of
from daisy_lab.hub._picker import Picker
from daisy_lab.texts import gettext, speaking

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from daisy_lab.hub._settings import Settings

__all__ = ["page_words"]

_THEME = "daisy-theme"


def page_words(
    settings: Settings, make: Callable[[Settings, Any, str], Picker] = Picker
) -> dict[str, Callable[[Any], object]]:
    """Give the names that templates use; JupyterHub calls each with the user, or None before the login.

    Parameters
    ----------
    settings
        Of the hub.
    make
        Makes the picker for a user and a language.
    """

    @pass_context
    def picker(context: Mapping[str, Any]) -> Picker:
        return make(settings, context["user"], _language(context))

    given = {"_": _translate, "language": _language, "theme": _theme, "picker": picker, "words": _words}
    constants = {"by_password": settings.login == "password", "only_user": settings.user}
    return {name: _always(value) for name, value in (given | constants).items()}


def _always(value: object) -> Callable[[Any], object]:
    return lambda _user: value


@pass_context
def _language(context: Mapping[str, Any]) -> str:
    return language_of(_request_of(context))


@pass_context
def _theme(context: Mapping[str, Any]) -> str:
    """Give light, dark, or nothing where the browser's own wish counts."""
    chosen = _request_of(context).get_cookie(_THEME, "")
    return chosen if chosen in {"light", "dark"} else ""


@pass_context
def _translate(context: Mapping[str, Any], text: str, **values: object) -> str:
    with speaking(_language(context)):
        return gettext(text).format(**values) if values else gettext(text)


@pass_context
def _words(context: Mapping[str, Any], text: str, **values: object) -> Markup:
    """Translate a text with marked-up parts: each value is escaped unless it is markup itself."""
    with speaking(_language(context)):
        return Markup(gettext(text)).format(**values)  # noqa: S704 - our own texts; Markup escapes the values


def _request_of(context: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a request handler of tornado
    # JupyterHub hands templates no handler, but a method of it.
    return context["static_url"].__self__
