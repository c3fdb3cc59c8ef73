"""The shape of an answer: lenient values a model's JSON is read into, and the plain JSON Schema that asks for them.

The schema keeps to what all services that enforce one understand: types, enumerations, required fields, no others.
"""

import json
import re
import unicodedata
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from videofactory.domain.value import Value

AnswerT = TypeVar("AnswerT", bound="AnswerShape")
KEPT = ("type", "enum", "description")
SHOWN = 80
"""Characters of a wrong value that are quoted."""
_FENCE = re.compile(r"\A```[a-z]*\n(?P<inside>.*)\n```\Z", re.DOTALL)


class AnswerShape(Value):
    """What a text model answers, before it is checked: fields nobody asked for are passed over."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False, str_strip_whitespace=True)


class Unfit(Exception):
    """An answer that cannot be used; `problems` say why, in words the model can mend it by."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def read(text: str, *, shape: type[AnswerT]) -> AnswerT:
    """The answer as a value. Raises `Unfit` with every problem."""
    fence = _FENCE.match(text.strip())
    try:
        data = json.loads(fence["inside"] if fence else text)
    except ValueError as error:
        raise Unfit((f"The answer is no JSON: {error}.",)) from error
    try:
        return shape.model_validate(_printable(data))
    except ValidationError as error:
        raise Unfit(tuple(_problem(one) for one in error.errors(include_url=False))) from error


def _printable(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """The value without control characters in its texts: no database, subtitle or picture engine wants them."""
    if isinstance(value, str):
        return "".join(letter for letter in value if letter in "\n\t" or unicodedata.category(letter) != "Cc")
    if isinstance(value, list):
        return [_printable(one) for one in value]
    return {name: _printable(one) for name, one in value.items()} if isinstance(value, dict) else value


def _problem(error: Any) -> str:  # noqa: ANN401 - pydantic's own dict of an error
    where = ".".join(str(part) for part in error["loc"]) or "the answer"
    value = json.dumps(error["input"], ensure_ascii=False, default=str)
    shown = f"{value[:SHOWN]}…" if len(value) > SHOWN else value
    return f"{where}: {error['msg']} (got {shown})."


def schema_of(shape: type[BaseModel]) -> dict[str, Any]:
    """The plain JSON Schema of an answer: no references, every field required, no others allowed."""
    full = shape.model_json_schema()
    return _plain(full, known=full.get("$defs", {}))


def _plain(part: dict[str, Any], *, known: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in part:
        part = {**known[part["$ref"].rsplit("/", maxsplit=1)[-1]], **{name: part[name] for name in KEPT if name in part}}
    plain = {name: part[name] for name in KEPT if name in part}
    if part.get("type") == "array":
        plain["items"] = _plain(part["items"], known=known)
    if part.get("type") == "object":
        plain.pop("description", None)  # a class's docstring is for us
        fields = part["properties"]
        plain["properties"] = {name: _plain(field, known=known) for name, field in fields.items()}
        plain["required"] = list(fields)
        plain["additionalProperties"] = False
    return plain
