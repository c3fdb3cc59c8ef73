"""The workbench: what our own hands make is made once for the same inputs, and again when it was lost."""

from pathlib import Path
from typing import Any

from videofactory.domain.footage import Artifact
from videofactory.studio.factory import Studio
from videofactory.studio.workbench import product

KEY = "ab" * 32


class _Maker:
    """Counts how often it makes the file."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, out: Path) -> dict[str, Any]:
        """Make it."""
        self.made += 1
        out.write_bytes(b"stretch")
        return {"frames": 30, "name": out.name}


def _product(studio: Studio, maker: _Maker, key: str = KEY) -> tuple[Artifact, dict[str, Any], bool]:
    return product(studio, "stretch", key, maker, ending=".mp4", media_type="video/mp4")


def test_made_once_for_the_same_key(studio: Studio) -> None:
    maker = _Maker()
    artifact, facts, kept = _product(studio, maker)
    assert (facts, kept) == ({"frames": 30, "name": "stretch.mp4"}, False)
    assert studio.artifacts.read(artifact) == b"stretch"
    assert _product(studio, maker) == (artifact, facts, True)
    assert maker.made == 1
    assert _product(studio, maker, "cd" * 32)[2] is False


def test_made_again_when_its_file_is_lost_or_damaged(studio: Studio) -> None:
    maker = _Maker()
    path = studio.artifacts.path(_product(studio, maker)[0])
    path.write_bytes(b"damaged")
    assert _product(studio, maker)[2] is False
    path.unlink()
    assert _product(studio, maker)[2] is False
    assert maker.made == 3
    assert path.read_bytes() == b"stretch"
