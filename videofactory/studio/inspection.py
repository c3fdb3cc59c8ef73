"""Whether a fetched result is what it says it is: a clip or picture that can be read to its end, by headers and packets.

What a clip is worth for the film (size, length, black, frozen) is measured when it is fitted, see `studio.scene_clips`.
"""

from PIL import Image, UnidentifiedImageError

from videofactory.domain.errors import MediaBroken
from videofactory.domain.footage import Artifact
from videofactory.media.probe import facts
from videofactory.store.artifacts import Artifacts

PRESENT = 0.9
"""Share of the frames a file speaks of that must be there; fewer, and it was cut short."""


def flaw_of(artifacts: Artifacts, artifact: Artifact) -> str:
    """What is wrong with the file, in words; empty when nothing is."""
    kind = artifact.media_type.partition("/")[0]
    if kind == "video":
        return _video_flaw(artifacts, artifact)
    return _picture_flaw(artifacts, artifact) if kind == "image" else ""


def _video_flaw(artifacts: Artifacts, artifact: Artifact) -> str:
    try:
        known = facts(artifacts.path(artifact))
    except MediaBroken as error:
        return f"What was fetched is no clip: {error.message}"
    if known.video is None:
        return "What was fetched has no picture."
    if known.video.frames < known.seconds * known.video.fps * PRESENT:
        return f"What was fetched is cut short: {known.video.frames} frames for {known.seconds:.2f} s."
    return ""


def _picture_flaw(artifacts: Artifacts, artifact: Artifact) -> str:
    try:
        with Image.open(artifacts.path(artifact)) as image:
            image.load()
    except (UnidentifiedImageError, OSError) as error:
        return f"What was fetched is no picture: {error}"
    return ""
