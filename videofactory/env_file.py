"""The file `.env` as it is written: variables, and lines that are none. What counts of it is decided in `settings`."""

import io
from pathlib import Path

from dotenv import parser

from videofactory.domain.errors import Problem

HIDDEN = "(hidden)"
"""In place of what may be a secret."""


def read_env_file(path: Path) -> tuple[dict[str, str], list[Problem]]:
    """The variables of a dotenv file, and its lines that are none; what stands in those may be a secret, so it is hidden."""
    values: dict[str, str] = {}
    problems: list[Problem] = []
    if not path.is_file():
        return values, problems
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return values, [Problem(file=path.name, field="(file)", value=HIDDEN, remedy="save it as UTF-8")]
    for binding in parser.parse_stream(io.StringIO(text)):
        if binding.key is not None and binding.value is not None:
            values[binding.key] = binding.value
        elif binding.error or binding.key is not None:
            line = f"line {binding.original.line}"
            problems.append(Problem(file=path.name, field=line, value=HIDDEN, remedy="write NAME=value"))
    return values, problems
