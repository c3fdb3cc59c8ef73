"""What is said to the writer of a row, in comments: what to mend, and what became of a decision. Each thing is said once.

A comment whose answer was lost may stand there all the same: the page is looked at before it is said again.
"""

import re
from collections.abc import Mapping

from videofactory.domain.errors import FactoryError, InvalidInput, Lasting, Problem
from videofactory.domain.notion import BriefProperties
from videofactory.domain.project import ProjectState
from videofactory.ledger.notion import NotionRow
from videofactory.providers.notion.client import Notion
from videofactory.providers.notion.values import Row
from videofactory.studio.factory import Studio
from videofactory.studio.problems import ABSENT

LONGEST = 1900
"""Characters of a comment: one piece of text at Notion."""
DONE = frozenset({ProjectState.SCHEDULED, ProjectState.PUBLISHED})
"""States in which a change of a row, and a decision in it, come too late."""
NOT_YET = "VideoFactory cannot make a film from this row yet. Please mend:"
NOTHING_PAID = "It looks again as soon as you edit the row. Nothing was made, and nothing was paid."
NOTHING = frozenset({ABSENT, "''", "[]"})
"""How problems show what is not filled in."""
COMMAND = "'videofactory "
"""Stands in remedies that only somebody with a terminal can follow."""
SCENE = re.compile(r"scene \d+")
PLAIN = (
    (re.compile(r"\bscene-0*(\d+)\b"), r"scene \1"),
    (re.compile(r"\bnotion:[\w-]+"), "Somebody in Notion"),
    (re.compile(r" at (\d{4}-\d\d-\d\d)T(\d\d:\d\d)[^\s,]*"), r" on \1 at \2 UTC"),
)
"""Our ids and times, and how people say them."""
TOO_LATE = "This film is {state} already, so VideoFactory leaves it as it is. For another film, make a new row."
DOUBT = "?"
"""Stands behind the mark of what is being said while nobody knows whether it was."""


def tell(studio: Studio, notion: Notion, row: Row, words: str, *, mark: str, known: NotionRow) -> None:
    """Say something about what the row holds (`mark`) on its page, once. Raises what is worth another try."""
    if known.told == mark:
        return
    ledger = studio.ledger.notion
    said = known.told == mark + DOUBT and is_said(notion, row.id, words)
    if not said:
        ledger.keep(row.id, channel=known.channel, told=mark + DOUBT)
        say(studio, notion, row.id, words, project=known.project)
    ledger.keep(row.id, channel=known.channel, told=mark)


def say(studio: Studio, notion: Notion, page: str, words: str, *, project: str | None) -> None:
    """A comment. Where the connection may not comment, the audit log keeps the words instead."""
    try:
        notion.comment(page, words[:LONGEST])
    except Lasting as error:
        studio.ledger.audit.note("not told in Notion", project=project, why=str(error), detail={"page": page, "words": words})


def is_said(notion: Notion, page: str, words: str) -> bool:
    """Whether this comment stands on the page."""
    return any(comment.text == words[:LONGEST] for comment in notion.comments(page))


def what_to_mend(error: InvalidInput, names: BriefProperties) -> str:
    """Words for a row that cannot be taken in, in the names its writer sees."""
    lines = [f"{number}. {_said_of(problem, names.model_dump())}" for number, problem in enumerate(error.problems, start=1)]
    return "\n".join([NOT_YET, *lines, NOTHING_PAID])


def in_plain_words(error: FactoryError, names: Mapping[str, str]) -> str:
    """What an error says to somebody who reviews in Notion: no commands, ids or file names; `names` are those of properties."""
    if isinstance(error, InvalidInput):
        return " ".join(_said_of(problem, names) for problem in error.problems)
    remedy = "" if COMMAND in error.remedy else error.remedy
    words = f"{error.message} {remedy}".strip()
    for pattern, plain in PLAIN:
        words = pattern.sub(plain, words)
    return words


def _said_of(problem: Problem, names: Mapping[str, str]) -> str:
    name = _their_name(problem.field, names)
    remedy = problem.remedy if problem.remedy.endswith(("?", ".")) else f"{problem.remedy}."
    if problem.value in NOTHING:
        return f"{name} is empty: {remedy}"
    return f"{name} (found: {problem.value}): {remedy}"


def _their_name(field: str, names: Mapping[str, str]) -> str:
    """The column of our field: `seconds`, `images[2]`, `rights.music`, `scene 1.narration`; of a light, that of its words."""
    plain = field.replace("rights.", "rights_").rpartition(".")[2]
    root, _, number = plain.partition("[")
    of_light = {"film": "film_feedback"}.get(root, "feedback" if SCENE.fullmatch(root) else root)
    return names.get(of_light, field if of_light == root else root) + (f", number {number.rstrip(']')}" if number else "")
