"""The people of a channel in a storm: they ask for films, give lights and edits in Notion, and remember every word of it.

Each decision carries words of its own, so that it can be found again in the audit log, or in the comment that gave it back.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from videofactory.domain.notion import STATES, BriefProperties, SceneProperties
from videofactory.domain.project import ProjectState
from videofactory.ledger.audit import AuditLine
from videofactory_tests.studio.notion.office import Office

ASKS_FOR_LIGHT = "Please give a light."


@dataclass
class Hands:
    """Everybody who works in the channel's Notion. `given`: the words of every decision, by the page it was given on."""

    office: Office
    rng: random.Random
    rows: list[str] = field(default_factory=list)
    given: dict[str, list[str]] = field(default_factory=dict)

    def ask(self) -> None:
        """A new row that asks for a film."""
        self.rows.append(self.office.ask(title=f"Cup {len(self.rows) + 1}", rights_images="own"))

    def act(self) -> None:
        """Decide where a decision is asked for, and the last one was answered."""
        heard = self.heard()
        names = SceneProperties().model_dump()
        for row in self.office.space.rows(self.office.scenes):
            if row[names["answer"]] == ASKS_FOR_LIGHT and not row[names["light"]] and self._answered(row["id"], heard):
                self._decide(row["id"])
        for page in self.rows:
            row = self.office.brief_row(page)
            waits = row["state"] == STATES[ProjectState.FINAL_REVIEW] and row["film"] and not row["film_light"]
            if waits and self._answered(page, heard):
                self.office.edit(page, film_light="Green", film_feedback=self._words(page))

    def heard(self) -> str:
        """Everything the audit log says of decisions."""
        return "\n".join(f"{line.why} {line.detail}" for line in self.decisions())

    def decisions(self) -> Iterator[AuditLine]:
        """The lines of the audit log that record a decision."""
        return (line for line in self.office.studio.ledger.audit.lines() if line.what.startswith("review: "))

    def returned(self, page: str) -> str:
        """What was given back to its writer on this page."""
        return "\n".join(self.office.space.comments_of(page))

    def unfinished(self) -> list[str]:
        """Rows whose film is not at YouTube yet."""
        names = BriefProperties()
        return [page for page in self.rows if not self.office.space.values(page)[names.video]]

    def _decide(self, page: str) -> None:
        """Mostly green; where it is the first decision on this picture, sometimes yellow, sometimes other narration."""
        first = page not in self.given
        words, chance = self._words(page), self.rng.random()
        if first and chance < 0.25:
            self.office.decide(page, light="Yellow", feedback=words)
        elif first and chance < 0.5:
            self.office.decide(page, narration=words)
        else:
            self.office.decide(page, light="Green", feedback=words)

    def _words(self, page: str) -> str:
        number = sum(map(len, self.given.values())) + 1
        self.given.setdefault(page, []).append(f"word-{number:04d}.")
        return self.given[page][-1]

    def _answered(self, page: str, heard: str) -> bool:
        last = self.given.get(page, [""])[-1]
        return last in heard or last in self.returned(page)
