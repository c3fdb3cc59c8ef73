"""What is wrong in what people wrote, said so that they can mend it: pydantic's findings as `Problem`s, and near names.

The rules themselves stand elsewhere: shapes in `domain`, rules between fields in `studio.channels` and `studio.briefs`.
"""

import copy
import difflib
import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from videofactory.domain.errors import Problem

ABSENT = "(absent)"
MAX_PROBLEMS = 100
"""More than anybody mends in one sitting; a hostile file could hold a hundred thousand."""
_LONGEST_VALUE = 80
_LIKENESS = 0.6
"""The share of equal letters from which a name is offered as the one meant: `difflib`'s own default."""
_PATTERNS = {
    "^#[0-9a-f]{6}$": 'write a colour as "#6b3f1d": a hash and six hex digits, in quotes',
    "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$": "write a language code such as en, de or pt-BR",
    "^[a-z0-9][a-z0-9-]{0,29}$": "name the file with a-z, 0-9 and - only, at most 30 characters",
}


def shown(value: object) -> str:
    """The value as one short line, with control and invisible characters escaped."""
    text = repr(value)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def nearest(word: str, choices: Collection[str]) -> str:
    """`did you mean 'kling'?`, or the whole choice where nothing is near."""
    near = difflib.get_close_matches(word.lower(), choices, n=1, cutoff=_LIKENESS)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"write one of: {', '.join(sorted(choices))}" if choices else "there is nothing to choose from yet"


def field_path(location: Iterable[str | int]) -> str:
    """`script[2].seconds`: list entries are counted from 1, as scenes are."""
    path = ""
    for part in location:
        path += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return path.lstrip(".") or "(file)"


def problems_of(error: ValidationError, *, file: str, model: type[BaseModel]) -> list[Problem]:
    """Every finding of pydantic on `model` as a problem of `file`; at most `MAX_PROBLEMS`.

    A list is not called short for entries that were found wrong.
    """
    found = error.errors(include_url=False)
    inner = {details["loc"][:-1] for details in found}
    kept = [details for details in found if details["type"] != "too_short" or details["loc"] not in inner]
    return [_problem(details, file=file, model=model) for details in kept[:MAX_PROBLEMS]]


def salvaged(data: Mapping[str, object], *, error: ValidationError, required: Mapping[str, object]) -> dict[str, object]:
    """The data without the fields pydantic found wrong, so that what is left can be checked further in the same pass.

    `required` stands in for required fields that are wrong or absent.
    """
    rest = copy.deepcopy(dict(data))
    for details in error.errors(include_url=False):
        _drop(rest, location=details["loc"])
    return {**required, **rest}


def _drop(data: dict[str, object], *, location: tuple[int | str, ...]) -> None:
    """Remove the innermost named field of a finding; a wrong entry takes its list with it."""
    names = list(itertools.takewhile(lambda part: isinstance(part, str), location))
    here: object = data
    for name in names[:-1]:
        here = here.get(name) if isinstance(here, dict) else None
    if names and isinstance(here, dict):
        here.pop(names[-1], None)


def _problem(details: ErrorDetails, *, file: str, model: type[BaseModel]) -> Problem:
    missing = details["type"] == "missing"
    return Problem(
        file=file,
        field=field_path(details["loc"]),
        value=ABSENT if missing else shown(details["input"]),
        remedy=_remedy(details, model=model),
    )


def _remedy(details: ErrorDetails, *, model: type[BaseModel]) -> str:
    kind, context, given = details["type"], details.get("ctx", {}), details["input"]
    match kind:
        case "missing":
            remedy = "this field is required; write it"
        case "extra_forbidden":
            fields = _fields_at(model, location=details["loc"][:-1])
            remedy = f"there is no such field; {nearest(str(details['loc'][-1]), fields)}"
        case "literal_error" | "enum":
            remedy = _choice_remedy(given, expected=str(context["expected"]))
        case "string_type" if isinstance(given, int | float):
            remedy = "this is text: put it in quotes"
        case "tuple_type":
            remedy = f"write a list: [{given}]" if isinstance(given, str) else "write a list: [first, second]"
        case "too_short":
            remedy = f"write at least {context['min_length']}"
        case "too_long":
            remedy = f"write at most {context['max_length']}, not {context['actual_length']}"
        case "model_type" | "dict_type":
            remedy = "write fields below it, each as 'name: value'"
        case _:
            plain = details["msg"].replace("Input should", "it should").replace("Value error, ", "")
            remedy = _PATTERNS.get(str(context.get("pattern")), plain)
    return remedy


def _choice_remedy(given: object, *, expected: str) -> str:
    hint = " (in quotes)" if isinstance(given, int | float) else ""
    return f"write one of {expected}{hint}"


def _fields_at(model: type[BaseModel], *, location: Iterable[str | int]) -> list[str]:
    here: type[BaseModel] | None = model
    for part in location:
        if isinstance(part, str) and here is not None:
            field = here.model_fields.get(part)
            here = next(_models_in(field.annotation), None) if field else None
    return list(here.model_fields) if here else []


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - an annotation can be anything
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def without_empty(data: Mapping[str, object]) -> dict[str, object]:
    """The data without the fields `empty_fields` reports."""
    return {n: without_empty(v) if isinstance(v, dict) else v for n, v in data.items() if v is not None}


def empty_fields(data: Mapping[str, object], *, file: str, at: tuple[str | int, ...] = ()) -> Iterator[Problem]:
    """Fields written without a value. A `#` starts a comment in YAML, so an unquoted colour ends up empty, too."""
    for name, value in data.items():
        here = (*at, name)
        if value is None:
            remedy = "it is empty: write a value (colours in quotes, as # begins a comment) or remove the line"
            yield Problem(file=file, field=field_path(here), value="(empty)", remedy=remedy)
        elif isinstance(value, dict):
            yield from empty_fields(value, file=file, at=here)
