"""How commands answer: exit codes, errors in words, one JSON value on the last line of standard output when asked for."""

import json
import sys
from collections.abc import Callable
from enum import IntEnum
from typing import Any

from rich.console import Console

from videofactory.domain.errors import FactoryError, InvalidInput, NeedsPerson, NotFound

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


class Exit(IntEnum):
    """SPEC 11."""

    DONE = 0
    FAILED = 1
    BAD_INPUT = 2
    WAITS = 3


def say(text: str, *, as_json: bool) -> None:
    """Say something to a person: on standard error when JSON was asked for, because programs read standard output."""
    (err if as_json else out).print(text)


def answer(value: Any, *, as_json: bool, show: Callable[[], None]) -> None:  # noqa: ANN401 - any JSON value
    """The command's result: as one line of JSON, or shown to a person."""
    if as_json:
        sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    else:
        show()


def exit_code(error: FactoryError) -> Exit:
    """Which code an error ends the command with."""
    if isinstance(error, InvalidInput | NotFound):
        return Exit.BAD_INPUT
    return Exit.WAITS if isinstance(error, NeedsPerson) else Exit.FAILED


def explain(error: FactoryError) -> None:
    """Say what went wrong, on standard error."""
    if isinstance(error, InvalidInput):
        for problem in error.problems:
            err.print(f"[bold red]✗[/] [bold]{plain(problem.file)}[/]: {plain(problem.field)} = {plain(problem.value)}")
            err.print(f"  {plain(problem.remedy)}")
        return
    mark = "[bold yellow]…[/]" if isinstance(error, NeedsPerson) else "[bold red]✗[/]"
    err.print(f"{mark} {plain(error.message)}")
    if error.remedy:
        err.print(f"  {plain(error.remedy)}")


def plain(text: str) -> str:
    """Text whose square brackets are not markup."""
    return text.replace("[", r"\[")
