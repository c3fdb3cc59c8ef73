"""Reading the YAML and JSON files people write, safely: bounded, UTF-8, no doubled keys, no tricks of the format.

YAML is read by the core schema of YAML 1.2: only `true`, `false`, `null` and decimal numbers are special. So `9:16` stays a
ratio (1.1 reads 556), `no` stays Norwegian and `off` stays off (1.1 reads false), and dates stay text. What the fields
mean is not known here: see `studio.channels` and `studio.briefs`.
"""

import json
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar, NoReturn

import yaml
from yaml.composer import ComposerError

from videofactory.domain.errors import InvalidInput, Problem
from videofactory.studio.problems import shown

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 20
YAML_SUFFIXES = (".yaml", ".yml")
JSON_SUFFIX = ".json"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_BROKEN = "it cannot be read: {reason}"


class CoreLoader(yaml.SafeLoader):
    """PyYAML's safe loader with the YAML 1.2 core schema, without aliases, noting keys that are written twice."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}  # type: ignore[misc]  # per instance in the stubs

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.doubled: list[tuple[str, int]] = []

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse aliases: a small file could unfold into gigabytes with them."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # absent in the stubs
            raise ComposerError(None, None, "references (*name) are not supported; write the value out", mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        """Note keys written twice; PyYAML itself lets the last one win in silence."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen if isinstance(key, yaml.ScalarNode) else False:
                self.doubled.append((str(key.value), key.start_mark.line + 1))
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


CoreLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
CoreLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
CoreLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789"))
CoreLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?:\.[0-9]*)?[eE][-+]?[0-9]+)$"),
    list("-+.0123456789"),
)


def read_document(path: Path) -> dict[str, object]:
    """The fields of a YAML or JSON file. Raises `InvalidInput` for whatever keeps it from being read."""
    text = _text(path)
    data = _json(text, file=path.name) if path.suffix.lower() == JSON_SUFFIX else _yaml(text, file=path.name)
    if not isinstance(data, Mapping):
        _refuse(path.name, field="(file)", value=shown(data), remedy="write fields, each as 'name: value'")
    check_depth(data, file=path.name)
    return {str(key): value for key, value in data.items()}


def check_depth(data: object, *, file: str) -> None:
    """Raises `InvalidInput` for lists and fields nested deeper than any file of ours needs: they would exhaust the stack."""
    level = [data]
    for _ in range(MAX_DEPTH):
        level = [inner for value in level for inner in _inner(value)]
    if level:
        _refuse(file, field="(file)", value=f"nested deeper than {MAX_DEPTH}", remedy="write it flatter")


def _inner(value: object) -> Iterable[object]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list | tuple) else ()


def _text(path: Path) -> str:
    if path.suffix.lower() not in (*YAML_SUFFIXES, JSON_SUFFIX):
        _refuse(path.name, field="(file)", value=path.suffix, remedy="write YAML (.yaml) or JSON (.json)")
    content = _content(path)
    if len(content) > MAX_BYTES:
        _refuse(path.name, field="(file)", value="over 1 MB", remedy="shorten it; 1 MB is the limit")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(
            path.name, field=f"byte {error.start}", value=shown(content[error.start : error.start + 1]), remedy="save it as UTF-8"
        )
    return _UNPRINTABLE.sub("", text)


def _content(path: Path) -> bytes:
    if not path.is_file():  # a pipe or device would never end
        _refuse(path.name, field="(file)", value=shown(str(path)), remedy="there is no such file; check its name and folder")
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        _refuse(path.name, field="(file)", value=shown(str(path)), remedy=_BROKEN.format(reason=error.strerror))


def _yaml(text: str, *, file: str) -> object:
    loader = CoreLoader(text)
    try:
        data = loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        _refuse(file, field=f"line {line}", value=_line(text, number=line), remedy=f"this is no valid YAML: {error.problem}")
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        _refuse(file, field="(file)", value="(unreadable)", remedy=_BROKEN.format(reason=error))
    finally:
        loader.dispose()
    if loader.doubled:
        raise InvalidInput([_twice(file, key=key, place=f" (again in line {line})") for key, line in loader.doubled])
    return data


def _json(text: str, *, file: str) -> object:
    doubled: list[str] = []

    def fields(pairs: list[tuple[str, object]]) -> dict[str, object]:
        doubled.extend(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        return dict(pairs)

    try:
        data: object = json.loads(text, object_pairs_hook=fields, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        line = error.lineno
        _refuse(file, field=f"line {line}", value=_line(text, number=line), remedy=f"this is no valid JSON: {error.msg}")
    except (ValueError, RecursionError) as error:
        _refuse(file, field="(file)", value="(unreadable)", remedy=_BROKEN.format(reason=error))
    if doubled:
        raise InvalidInput([_twice(file, key=key) for key in doubled])
    return data


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number of JSON")


def _line(text: str, *, number: int) -> str:
    lines = text.splitlines()
    return shown(lines[number - 1].strip()) if number <= len(lines) else "(end of file)"


def _twice(file: str, *, key: str, place: str = "") -> Problem:
    return Problem(file=file, field=key, value=f"written twice{place}", remedy="keep one of them")


def _refuse(file: str, *, field: str, value: str, remedy: str) -> NoReturn:
    raise InvalidInput([Problem(file=file, field=field, value=value, remedy=remedy)])
