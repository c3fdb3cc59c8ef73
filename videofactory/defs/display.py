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
from videofactory.studio.material import FinalCut

EVIDENCE_BYTES = 58_000
"""Of a table with pictures, base64 and all."""
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


def evidence(studio: Studio, cut: FinalCut) -> MetadataValue:
    """What was found on a film: when, measure, limit, in words, and small pictures, as many as the row may carry."""
    exhibits = [exhibit for master in cut.masters for exhibit in master.exhibits]
    rows, room = ["| at | measured | limit | what | picture |", "|---|---|---|---|---|"], EVIDENCE_BYTES
    for exhibit in exhibits:
        finding = exhibit.finding
        shown = base64.b64encode(studio.artifacts.read(exhibit.picture)).decode() if exhibit.picture else ""
        view = f"![{finding.check}](data:image/jpeg;base64,{shown})" if shown and len(shown) <= room else ""
        row = f"| {_moment(finding.at)} | {finding.measure} | {finding.limit} | {_cell(finding.words)} | {view} |"
        if len(row) <= room:
            rows.append(row)
            room -= len(row)
    return MetadataValue.md("\n".join(rows)) if exhibits else MetadataValue.text("; ".join(cut.findings) or "none")


def _moment(at: float | None) -> str:
    """A time as editors read it."""
    return "all of it" if at is None else f"{int(at // 60)}:{at % 60:06.3f}"


def _cell(words: str) -> str:
    """Words that stay within their cell of a Markdown table, and draw nothing."""
    plain = " ".join(words.split()).replace("\\", "\\\\")
    return "".join(f"\\{sign}" if sign in "|[]<>`*_!" else sign for sign in plain)


def path(place: Path) -> MetadataValue:
    """A file."""
    return MetadataValue.path(str(place))


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int"
    return "float" if isinstance(value, float) else "string"
