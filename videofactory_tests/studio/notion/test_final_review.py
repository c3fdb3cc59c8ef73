"""The finished film is shown in its brief's row and gets its light there, for exactly the film that was shown."""

from datetime import timedelta

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


def test_a_film_that_was_sent_back_is_let_go_by_its_row_alone(office: Office) -> None:
    project, page = finished(office)
    for light in ("Red", "Yellow"):
        office.edit(page, film_light=light, film_feedback="the end is too long")
        assert office.read() == [project]
        office.write()
        assert office.brief_row(page)["state"] == "In review"
        office.edit(page, film_light="Green", film_feedback="")
        assert office.read() == [project]
        assert lights(office, project)[-1] == (Light.GREEN, "")
        assert state_of(office.studio, project) is ProjectState.FINAL_REVIEW
        office.write()
        assert office.brief_row(page)["state"] == "Final review"
    assert office.space.comments_of(page) == []


def test_a_light_may_be_taken_back_before_its_row_was_written_again(office: Office) -> None:
    project, page = finished(office)
    for light in ("Green", "Red", "Green"):
        office.edit(page, film_light=light, film_feedback="too long" if light == "Red" else "")
        assert office.read() == [project]
    assert [given for given, _ in lights(office, project)] == [Light.GREEN, Light.RED, Light.GREEN]
    assert office.space.comments_of(page) == []


def test_a_light_for_a_film_that_was_sent_back_and_made_anew_does_not_count(office: Office) -> None:
    project, page = finished(office)
    office.edit(page, film_light="Red", film_feedback="the end is too long")
    office.read()
    office.write()
    cut(office, project, b"another film")
    office.edit(page, film_light="Green")
    assert office.read() == []
    (words,) = office.space.comments_of(page)
    assert "made anew" in words
    assert lights(office, project) == [(Light.RED, "the end is too long")]


def test_a_light_is_taken_back_until_people_see_the_film(office: Office) -> None:
    project, page = finished(office)
    office.edit(page, film_light="Green")
    office.read()
    uploads, slot = office.studio.ledger.uploads, office.studio.ledger.database.time() + timedelta(days=30)
    film = str(office.studio.ledger.reviews.log(project)[-1].film)  # type: ignore[union-attr]
    uploads.plan(project, film, channel="harbour", size=4, slots=[slot], public=True)
    uploads.sent(project, film, video_id="vid-1")
    office.write()
    assert office.brief_row(page)["state"] == "Scheduled"
    office.edit(page, film_light="Red", film_feedback="the logo is wrong")
    assert office.read() == [project]
    assert lights(office, project)[-1] == (Light.RED, "the logo is wrong")


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
