"""A row its writer took back: its project ends, and what was reserved for it and never sent is given back."""

from videofactory.domain.errors import FactoryError
from videofactory.domain.notion import NotionSettings
from videofactory.providers.notion.values import Row
from videofactory.studio.factory import Studio

WHO = "notion"


def withdraw(studio: Studio, project: str, row: Row, settings: NotionSettings) -> None:
    """End the project of a row that is not wanted any more."""
    why = "the row is in the trash" if row.trashed else f"its {settings.properties.status} was changed"
    if studio.ledger.projects.get(project).cancelled_at is None:
        studio.ledger.projects.cancel(project, who=WHO, why=why)
    _release_unsent(studio, project)


def _release_unsent(studio: Studio, project: str) -> None:
    """Give back what is reserved for calls of a project that were never sent. Those of a living run end with it."""
    for call in studio.ledger.calls.of_project(project, state="reserved"):
        try:
            studio.door.settle(call)
        except FactoryError as error:  # the next look of the upkeep settles it
            studio.ledger.audit.note("not released yet", who=WHO, project=project, why=str(error))
