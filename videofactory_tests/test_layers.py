"""The house as ARCHITECTURE wants it: the layers of `pyproject.toml`, charters, and the manners of functions and files."""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

import videofactory

PACKAGE = Path(videofactory.__file__).parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.stat().st_size)
LONGEST_FUNCTION = 60
LONGEST_FILE = 300
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc"}


def _name(path: Path) -> str:
    return path.relative_to(PACKAGE.parent).as_posix()


def _functions() -> Iterator[tuple[str, int]]:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{_name(path)}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_each_layer_knows_only_the_layers_below_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PACKAGE.parent)
    status = lint_imports(config_filename="pyproject.toml", cache_dir=str(tmp_path))
    assert status == EXIT_STATUS_SUCCESS, "run lint-imports: it names the imports that go upwards"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_opens_with_its_charter(path: Path) -> None:
    charter = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert charter, f"{_name(path)} does not say what it holds"


def test_no_function_is_long() -> None:
    long = [f"{name}: {lines} lines" for name, lines in _functions() if lines > LONGEST_FUNCTION]
    assert long == []


def test_most_functions_are_short() -> None:
    lengths = sorted(lines for _, lines in _functions())
    assert statistics.median(lengths) <= 10
    assert lengths[int(0.95 * len(lengths))] <= 40


def test_no_file_is_long() -> None:
    long = [f"{_name(path)}: {_lines(path)} lines" for path in MODULES if _lines(path) > LONGEST_FILE]
    assert long == []


def test_most_files_are_short() -> None:
    assert statistics.median(map(_lines, MODULES)) <= 120


def test_names_say_what_is_inside() -> None:
    assert [_name(path) for path in PACKAGE.rglob("*") if path.stem in FORBIDDEN_NAMES] == []
