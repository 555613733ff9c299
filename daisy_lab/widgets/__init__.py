"""Parts of an app's page, for anyone who builds one in a notebook or an app."""

from daisy_lab.widgets._curve import CurveView
from daisy_lab.widgets._exhibit import LevelsView
from daisy_lab.widgets._facts import Facts
from daisy_lab.widgets._fields import fields_of
from daisy_lab.widgets._files import FilePicker
from daisy_lab.widgets._form import ParameterForm
from daisy_lab.widgets._history import HistoryList
from daisy_lab.widgets._image import ImageView
from daisy_lab.widgets._language import page_language, settle_language
from daisy_lab.widgets._live import Live, live_of
from daisy_lab.widgets._log import LogView
from daisy_lab.widgets._objects import ObjectList
from daisy_lab.widgets._part import Part
from daisy_lab.widgets._runbar import RunBar
from daisy_lab.widgets._sheet import ContactSheet
from daisy_lab.widgets._shell import AppShell
from daisy_lab.widgets._volume import PlanesView, VolumeView
from daisy_lab.widgets._waterfall import WaterfallView

__all__ = [
    "AppShell",
    "ContactSheet",
    "CurveView",
    "Facts",
    "FilePicker",
    "HistoryList",
    "ImageView",
    "LevelsView",
    "Live",
    "LogView",
    "ObjectList",
    "ParameterForm",
    "Part",
    "PlanesView",
    "RunBar",
    "VolumeView",
    "WaterfallView",
    "fields_of",
    "live_of",
    "page_language",
    "settle_language",
]
