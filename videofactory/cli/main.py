"""The command `videofactory`: all commands put together, errors turned into words and exit codes."""

import sys
from collections.abc import Sequence

import typer

from videofactory.cli import callbacks, calls, costs, demo, doctor, engines, keys, notion, projects, publish, review, up
from videofactory.cli.answers import Exit, err, exit_code, explain
from videofactory.domain.errors import FactoryError

app = typer.Typer(
    name="videofactory",
    help="Brand videos from briefs: reviewed before they are paid, paid once, re-made one scene at a time.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for group in (demo, up, projects, review, publish, costs, calls, engines, keys, notion, callbacks, doctor):
    group.add_to(app)

WITH_TEXT = {"--red", "--film", "--yellow", "--add"}
"""Options of `review` that take a value and a text after it (which `--red` and `--film` may leave out)."""

INTERRUPTED = 130
"""What Typer gives in place of `KeyboardInterrupt`."""
UsageError: type[Exception] = typer.BadParameter.__bases__[0]
"""Typer carries a click of its own and exports only some of its classes; this one is what all wrong usage derives from."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and end the process with its exit code."""
    words = joined(list(sys.argv[1:] if arguments is None else arguments))
    try:
        code = app(args=words, standalone_mode=False, prog_name="videofactory")
    except FactoryError as error:
        explain(error)
        code = exit_code(error)
    except UsageError as error:
        error.show()  # type: ignore[attr-defined]  # the class is known only at run time
        code = Exit.BAD_INPUT
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    if code == INTERRUPTED:
        err.print("Stopped. What is done is kept; the same command goes on from there.")
        code = Exit.FAILED
    raise SystemExit(int(code or 0))


def joined(words: list[str]) -> list[str]:
    """The arguments with the text of `--red N TEXT`, `--film LIGHT TEXT` … joined to its value."""
    result: list[str] = []
    index = 0
    while index < len(words):
        word = words[index]
        result.append(word)
        index += 1
        if word in WITH_TEXT and index < len(words):
            value = words[index]
            index += 1
            if index < len(words) and not words[index].startswith("--"):
                value = f"{value}{review.TEXT_MARK}{words[index]}"
                index += 1
            result.append(value)
    return result
