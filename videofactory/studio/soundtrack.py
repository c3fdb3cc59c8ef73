"""The film's sound as a product: what the mix keeps (its pieces, what is known of sources) lies with all other products.

How it is mixed, and in which pieces, is `media.mix`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from videofactory.domain.fingerprint import fingerprint
from videofactory.domain.footage import Artifact
from videofactory.domain.timeline import Timeline
from videofactory.media.mix import MIXING, Facts, mix
from videofactory.studio.factory import Studio
from videofactory.studio.workbench import product


class Shelved:
    """Keeps what is made for a mix in the studio's store, for the next cut of this film or of any other with the same sounds."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def facts(self, kind: str, key: str, make: Callable[[], Facts]) -> Facts:
        """As `Keep` has it."""
        known = self._studio.products.find(kind, key)
        if known is None:
            known = self._studio.products.keep(kind, key, files={}, facts=dict(make()))
        return dict(known["facts"])

    def file(self, kind: str, key: str, make: Callable[[Path], Facts]) -> tuple[Path, Facts]:
        """As `Keep` has it."""

        def make_it(out: Path) -> dict[str, Any]:
            return dict(make(out))

        artifact, facts, _ = product(self._studio, kind, key, make_it, ending=".aac", media_type="audio/aac")
        return self._studio.artifacts.path(artifact), facts


def mixed(studio: Studio, timeline: Timeline) -> tuple[Artifact, bool]:
    """The film's sound (AAC in MP4), and whether it was kept whole; else only pieces that changed are made.

    Raises `MediaBroken` as `media.mix.mix` does.
    """
    cues = timeline.model_dump(mode="json", include={"narration", "effects", "music", "own"})
    key = fingerprint({"version": MIXING, "cues": cues, "seconds": timeline.seconds})

    def make_it(out: Path) -> dict[str, Any]:
        return {"loudness": list(mix(timeline, shelf=studio.artifacts.path, out=out, keep=Shelved(studio)))}

    artifact, _, kept = product(studio, "mix", key, make_it, ending=".m4a", media_type="audio/mp4")
    return artifact, kept
