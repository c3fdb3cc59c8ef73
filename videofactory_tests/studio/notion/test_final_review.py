"""The finished film is shown in its brief's row and gets its light there, for exactly the film that was shown."""

from videofactory.domain.project import ProjectState
from videofactory.domain.review import FilmLightGiven, Light
from videofactory.studio.delivery import deliver
from videofactory.studio.material import FinalCut, Master
from videofactory.studio.reviewing import Desk
from videofactory.studio.status import state_of
from videofactory_tests.studio.home import SCRIPT
from videofactory_tests.studio.notion.office import Office


def finished(office: Office) -> tuple[str, str]:
    """A project whose film waits for its light; and its page."""
    project, page = office.drafted()
    desk = Desk(office.studio, project, reviewer="Ada")
    desk.light_all()
    desk.record()
    cut(office, project, b"film")
    office.write()
    return project, page


def cut(office: Office, project: str, content: bytes) -> None:
    """A film of these bytes is made for the project."""
    put = office.studio.artifacts.put
    text, film = put(b"text", media_type="text/vtt"), put(content, media_type="video/mp4")
    master = Master(aspect="16:9", film=film, seconds=15, findings=(), measures={})
    made = FinalCut(masters=(master,), srt=text, vtt=text, thumbnail=text, sheet=text, entries=3)
    office.studio.values.write("final_cut", project, made)
    office.studio.ledger.runs.reached(project, "final_cut", outcome="done", entries=3)
    deliver(office.studio, project, made, title=SCRIPT.title)


def lights(office: Office, project: str) -> list[tuple[Light, str]]:
    """The lights given to the project's films."""
    log = office.studio.ledger.reviews.log(project)
    return [(entry.light, entry.feedback) for entry in log if isinstance(entry, FilmLightGiven)]


def test_the_film_is_shown_and_green_is_recorded_once(office: Office) -> None:
    project, page = finished(office)
    row = office.brief_row(page)
    assert (row["state"], [file["name"] for file in row["film"]]) == ("Final review", ["The first cup.mp4"])
    office.edit(page, film_light="Green")
    assert office.read() == [project]
    assert office.read() == []
    assert lights(office, project) == [(Light.GREEN, "")]
    assert office.sweep().changed == []
    assert office.write().rows == 0


def test_red_with_words_sends_the_film_back(office: Office) -> None:
    project, page = finished(office)
    office.edit(page, film_light="Red", film_feedback="the end is too long")
    assert office.read() == [project]
    assert lights(office, project) == [(Light.RED, "the end is too long")]
    assert state_of(office.studio, project) is ProjectState.IN_REVIEW


def test_red_without_words_is_answered_once(office: Office) -> None:
    project, page = finished(office)
    office.edit(page, film_light="Red")
    assert (office.read(), office.read()) == ([], [])
    assert len(office.space.comments_of(page)) == 1
    office.edit(page, film_feedback="too long")
    assert office.read() == [project]


def test_a_light_for_a_film_that_was_made_anew_does_not_count(office: Office) -> None:
    project, page = finished(office)
    office.edit(page, film_light="Green")
    cut(office, project, b"another film")
    office.write()  # does not show the new film under a light for the old one
    assert office.read() == []
    assert lights(office, project) == []
    (words,) = office.space.comments_of(page)
    assert "Green" in words
    office.write()
    row = office.brief_row(page)
    assert row["film_light"] == ""
    office.edit(page, film_light="Green")
    assert office.read() == [project]
    assert lights(office, project) == [(Light.GREEN, "")]
