"""What an app's folder says of it: the one source of gallery, launcher, command line and hub."""

from daisy_lab._manifests._errors import ManifestError, MissingAppError
from daisy_lab._manifests._find import App, Damaged, find_app, find_apps, search_apps
from daisy_lab._manifests._manifest import Manifest, Size

__all__ = [
    "App",
    "Damaged",
    "Manifest",
    "ManifestError",
    "MissingAppError",
    "Size",
    "find_app",
    "find_apps",
    "search_apps",
]
