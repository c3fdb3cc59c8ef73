"""The prompts as files (`data/prompts/*.md`): each opens with its version, which is part of what an answer depends on.

Whoever changes a prompt raises its version; answers bought with the old one are then bought anew.
"""

import json
import re
from functools import cache
from importlib import resources

from videofactory.domain.value import Value

_FRONT_MATTER = re.compile(r"\A---\nversion: (?P<version>[a-z]+-[0-9]+)\n---\n(?P<text>.+)\Z", re.DOTALL)


class Prompt(Value):
    """One prompt file: its version (`script-1`) and its text."""

    version: str
    text: str


@cache
def prompt(name: str) -> Prompt:
    """The prompt of this name. Raises `ValueError` for a file without a version."""
    return read_prompt(resources.files("videofactory").joinpath("data", "prompts", f"{name}.md").read_text(encoding="utf-8"))


def read_prompt(content: str) -> Prompt:
    """A prompt from the content of its file. Raises `ValueError` when it does not open with a version."""
    match = _FRONT_MATTER.match(content)
    if match is None:
        raise ValueError("a prompt file opens with its version: '---', 'version: script-1', '---'")
    return Prompt(version=match["version"], text=match["text"].strip())


def versions(*names: str) -> str:
    """The versions of these prompts as one word: `script-1.rewrite-1`."""
    return ".".join(prompt(name).version for name in names)


def stated(facts: object) -> str:
    """Facts as JSON between their marks; nothing inside can look like the closing mark."""
    text = json.dumps(facts, ensure_ascii=False, indent=1).replace("<", "\\u003c")
    return f"<facts>\n{text}\n</facts>"
