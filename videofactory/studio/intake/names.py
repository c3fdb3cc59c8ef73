"""File names from outside, made harmless: for showing and for files of our own. Never used to find a file."""

import re

from videofactory.studio.intake.text import clean_line

MAX_NAME = 100
EMPTY_NAME = "unnamed"
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_DEVICES = re.compile(r"^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)
"""Names Windows takes for devices, whatever their ending."""


def clean_name(name: str) -> str:
    """The last part of a path without control characters, leading dots or what file systems refuse; 1-100 characters."""
    name = re.split(r"[/\\]", name.replace("\x00", ""))[-1]
    name = _FORBIDDEN.sub("_", clean_line(name)).strip(". ")
    if _DEVICES.match(name):
        name = f"_{name}"
    stem, dot, suffix = name.rpartition(".")
    if len(name) > MAX_NAME and dot:
        name = f"{stem[: MAX_NAME - len(suffix) - 1]}.{suffix}"
    return name[:MAX_NAME] or EMPTY_NAME
