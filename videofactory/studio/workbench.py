"""Making a file once: what our own hands make (stretches, mixes, films) is kept by the fingerprint of what it is made from."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from videofactory.domain.footage import Artifact
from videofactory.studio.factory import Studio


def product(
    studio: Studio, kind: str, key: str, make_it: Callable[[Path], dict[str, Any]], *, ending: str, media_type: str
) -> tuple[Artifact, dict[str, Any], bool]:
    """The file made by `make_it(out)`, or the one made from the same inputs before; its facts; whether it was kept."""
    known = studio.products.find(kind, key)
    if known is not None:
        return Artifact.model_validate(known["files"]["file"]), known["facts"], True
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / f"{kind}{ending}"
        facts = make_it(out)
        artifact = studio.artifacts.put_file(out, media_type=media_type)
    studio.products.keep(kind, key, files={"file": artifact}, facts=facts)
    return artifact, facts, False
