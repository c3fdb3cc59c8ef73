"""What is said to the writer of a row, in comments: what to mend, and what became of a decision. Each thing is said once.

A comment whose answer was lost may stand there all the same: the page is looked at before it is said again.
"""

from videofactory.domain.errors import FactoryError, InvalidInput, Lasting
from videofactory.domain.notion import BriefProperties, SceneProperties
from videofactory.ledger.notion import NotionRow
from videofactory.providers.notion.client import Notion
from videofactory.providers.notion.values import Row
from videofactory.studio.factory import Studio

LONGEST = 1900
"""Characters of a comment: one piece of text at Notion."""
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


def what_to_mend(error: FactoryError, names: BriefProperties | SceneProperties) -> str:
    """Words for a row that cannot be taken in, in the names its writer sees."""
    if not isinstance(error, InvalidInput):
        return f"VideoFactory cannot take this row in. {error}"
    lines = ["VideoFactory cannot take this row in yet. Please mend:"]
    plain = names.model_dump()
    for number, problem in enumerate(error.problems, start=1):
        lines.append(f"{number}. {_their_name(problem.field, plain)} (found: {problem.value}): {problem.remedy}")
    lines.append("It is looked at again when you edit it. Nothing was made and nothing was paid.")
    return "\n".join(lines)


def _their_name(field: str, names: dict[str, str]) -> str:
    """The name of a column for our field: `seconds`, `images[2]`, `rights.music`."""
    root = field.replace("rights.", "rights_").partition("[")[0]
    return names.get(root, field) + field[len(root) :]
