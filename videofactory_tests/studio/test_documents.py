"""YAML and JSON files of people: what is read as what, and what is refused with its line."""

import json
from pathlib import Path

import pytest

from videofactory.domain.errors import InvalidInput, Problem
from videofactory.studio.documents import MAX_BYTES, read_document


def _write(folder: Path, text: str | bytes, *, name: str = "file.yaml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def _problems(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(InvalidInput) as caught:
        read_document(path)
    return caught.value.problems


def test_yaml_words_that_older_readers_mistake(tmp_path: Path) -> None:
    lines = ["aspects: [9:16, 1:1]", "language: no", "burn_in: off", "date: 2026-11-20", "seconds: 30", "rate: 1.5"]
    lines += ["on: true", "old: 010", "none: null"]
    assert read_document(_write(tmp_path, "\n".join(lines))) == {
        "aspects": ["9:16", "1:1"],
        "language": "no",
        "burn_in": "off",
        "date": "2026-11-20",
        "seconds": 30,
        "rate": 1.5,
        "on": True,
        "old": "010",
        "none": None,
    }


@pytest.mark.parametrize("name", ["brief.yaml", "brief.yml", "brief.json", "BRIEF.JSON"])
def test_bom_and_unicode(tmp_path: Path, name: str) -> None:
    path = _write(
        tmp_path, b"\xef\xbb\xbf" + '{"title": "Käffchen ☕ \U0001f3f3\ufe0f\u200d\U0001f308 مرحبا"}'.encode(), name=name
    )
    assert read_document(path) == {"title": "Käffchen ☕ \U0001f3f3\ufe0f\u200d\U0001f308 مرحبا"}


@pytest.mark.parametrize(
    ("name", "text", "field", "word"),
    [
        ("a.yaml", "a: 1\nb: [2\n", "line 3", "YAML"),
        ("a.yaml", "a: 1\n\tb: 2\n", "line 2", "YAML"),
        ("a.yaml", "a: 1\nb: 2\na: 3\n", "a", "line 3"),
        ("a.yaml", "a: {b: 1, b: 2}\n", "b", "line 1"),
        ("a.yaml", "a: &x [1]\nb: *x\n", "line 2", "references"),
        ("a.yaml", "a: !!python/object/apply:os.system [ls]\n", "line 1", "YAML"),
        ("a.yaml", "a: " + "9" * 5000, "(file)", "digits"),
        ("a.yaml", "a: " + "[" * 5000, "(file)", "recursion"),
        ("a.yaml", "- just\n- a list\n", "(file)", "fields"),
        ("a.yaml", "", "(file)", "fields"),
        ("a.json", '{"a": 1,\n "b": }', "line 2", "JSON"),
        ("a.json", '{"a": 1, "a": 2}', "a", "keep one"),
        ("a.json", '{"a": NaN}', "(file)", "NaN"),
        ("a.json", "[" * 100_000, "(file)", "recursion"),
        ("a.json", '{"a": ' + "[" * 300 + "]" * 300 + "}", "(file)", "nested"),
        ("a.txt", "a: 1", "(file)", "YAML"),
    ],
)
def test_refused_with_place_and_remedy(tmp_path: Path, name: str, text: str, field: str, word: str) -> None:
    problem = _problems(_write(tmp_path, text, name=name))[0]
    assert (problem.file, problem.field) == (name, field)
    assert word in f"{problem.value} {problem.remedy}"


def test_size_encoding_and_missing_files(tmp_path: Path) -> None:
    assert _problems(_write(tmp_path, b"a: " + b"x" * MAX_BYTES))[0].value == "over 1 MB"
    assert len(str(read_document(_write(tmp_path, b"a: " + b"x" * (MAX_BYTES - 3)))["a"])) == MAX_BYTES - 3
    assert "UTF-8" in _problems(_write(tmp_path, "a: é".encode("latin-1")))[0].remedy
    assert "UTF-8" in _problems(_write(tmp_path, "a: b".encode("utf-16")))[0].remedy
    assert "no such file" in _problems(tmp_path / "none.yaml")[0].remedy
    assert "no such file" in _problems(Path("/dev/zero").parent / "zero.yaml")[0].remedy


def test_many_keys_take_no_time(tmp_path: Path) -> None:
    text = json.dumps({f"key{number}": 1 for number in range(50_000)})
    assert len(read_document(_write(tmp_path, text, name="a.json"))) == 50_000


def test_control_characters_do_not_stop_the_reading(tmp_path: Path) -> None:
    assert read_document(_write(tmp_path, b"a: be\x07ll\x00\n")) == {"a": "bell"}
