"""A channel's logo in the store. Its file is checked in `logo_files`, drawn in `media.logo`, and placed in `graphics`."""

from pathlib import Path
from typing import NamedTuple

from videofactory.domain.brand import HexColour
from videofactory.domain.channel import Channel
from videofactory.domain.errors import InvalidInput, Problem
from videofactory.domain.footage import Artifact
from videofactory.media import logo
from videofactory.studio.factory import Studio
from videofactory.studio.intake.folders import read_file
from videofactory.studio.intake.pictures import type_of_suffix
from videofactory.studio.logo_files import logo_problem


class KeptLogo(NamedTuple):
    """The logo in the store, its width over its height, and the grey that is as light as it is."""

    artifact: Artifact
    shape: float
    tone: HexColour


def kept_logo(studio: Studio, channel: Channel) -> KeptLogo | None:
    """The channel's logo in the store; `None` when it has none. Raises `InvalidInput` when its file is none any more."""
    if not channel.logo:
        return None
    folder = studio.settings.channels_dir
    problem = logo_problem(channel.logo, folder=folder)
    if problem is not None:
        raise InvalidInput([Problem(file=f"{channel.key}.yaml", field="logo", value=channel.logo, remedy=problem)])
    content = read_file(channel.logo, base=folder)
    artifact = studio.artifacts.put(content, media_type=type_of_suffix(Path(channel.logo).suffix))
    path = studio.artifacts.path(artifact)
    return KeptLogo(artifact, logo.shape(path), logo.tone(path))
