"""What the Dagster UI shows of each asset: small pictures inline, tables of scenes, numbers to plot, paths of the files.

Event rows are never pruned, so a picture is at most 60 kB; everything larger is a path.
"""

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dagster import MetadataValue, TableColumn, TableRecord, TableSchema

from videofactory.domain.footage import Artifact
from videofactory.media.display import contact_sheet, waveform
from videofactory.studio.factory import Studio

SHEET_BYTES = 45_000
"""Of a picture before base64, which adds a third: the row stays below 60 kB."""


def picture(content: bytes, *, media_type: str, words: str) -> MetadataValue:
    """An inline picture."""
    text = base64.b64encode(content).decode()
    return MetadataValue.md(f"![{words}](data:{media_type};base64,{text})")


def sheet(studio: Studio, pictures: Mapping[str, Artifact]) -> MetadataValue:
    """A contact sheet of stills, labelled."""
    paths = [studio.artifacts.path(artifact) for artifact in pictures.values()]
    content = contact_sheet(paths, labels=list(pictures), max_bytes=SHEET_BYTES)
    return picture(content, media_type="image/jpeg", words="contact sheet")


def wave(studio: Studio, artifact: Artifact) -> MetadataValue:
    """The waveform of a sound or film."""
    return picture(waveform(studio.artifacts.path(artifact)), media_type="image/png", words="waveform")


def table(rows: Sequence[Mapping[str, Any]]) -> MetadataValue:
    """A table; columns by the first row."""
    first = rows[0] if rows else {"scenes": "none"}
    columns = [TableColumn(name, _kind(value)) for name, value in first.items()]
    return MetadataValue.table(records=[TableRecord(dict(row)) for row in rows], schema=TableSchema(columns=columns))


def path(place: Path) -> MetadataValue:
    """A file."""
    return MetadataValue.path(str(place))


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int"
    return "float" if isinstance(value, float) else "string"
