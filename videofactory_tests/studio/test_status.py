"""Status: facts gathered from ledger and store become the state a person reads."""

import time

import pytest

from videofactory.domain.brief import GivenScene
from videofactory.domain.errors import GateClosed, TooDear
from videofactory.domain.footage import Clip, Frame
from videofactory.domain.money import usd
from videofactory.domain.review import BrandAccepted, ClipRedone, Entry, FilmLightGiven, Light, LightGiven, SceneEdited
from videofactory.ledger.call import CallState
from videofactory.ledger.purses import Purse
from videofactory.ledger.runs import Outcome
from videofactory.studio.delivery import deliver
from videofactory.studio.factory import Studio
from videofactory.studio.gate import require_green
from videofactory.studio.material import Clips, FinalCut, Master, SceneClip, ScriptVersion
from videofactory.studio.status import all_reports, problem_of, report, state_of
from videofactory_tests.core import order, take_in
from videofactory_tests.studio.home import SCRIPT, written

ONE, TWO, THREE = written()


def _record(studio: Studio, project: str, *entries: Entry) -> None:
    studio.ledger.reviews.add(project, entries, reviewer="ada", based_on=len(studio.ledger.reviews.log(project)))


def _green(studio: Studio, project: str) -> None:
    _record(studio, project, *(LightGiven(scene=scene, take=1, light=Light.GREEN) for scene in written()))


def _finish(studio: Studio, project: str, *, entries: int = 3) -> str:
    """A film for this project; its hash."""
    film = studio.artifacts.put(b"film", media_type="video/mp4")
    text = studio.artifacts.put(b"text", media_type="text/vtt")
    master = Master(aspect="16:9", film=film, seconds=15, findings=(), measures={})
    cut = FinalCut(masters=(master,), srt=text, vtt=text, thumbnail=text, sheet=text, entries=entries)
    studio.values.write("final_cut", project, cut)
    studio.ledger.runs.reached(project, "final_cut", outcome="done", entries=entries)
    deliver(studio, project, cut, title=SCRIPT.title)
    return film.sha256


def test_a_project_from_queue_to_final_review(studio: Studio, draft: str) -> None:
    assert state_of(studio, take_in(studio.ledger, source="new.yaml")) == "queued"
    assert state_of(studio, draft) == "in_review"
    _green(studio, draft)
    assert state_of(studio, draft) == "producing"
    film = _finish(studio, draft)
    assert state_of(studio, draft) == "final_review"
    _record(studio, draft, FilmLightGiven(light=Light.RED, film=film, feedback="too slow"))
    assert state_of(studio, draft) == "in_review"


def test_a_film_is_made_again_after_a_redo_or_a_change(studio: Studio, draft: str) -> None:
    _green(studio, draft)
    _finish(studio, draft)
    _record(studio, draft, ClipRedone(scene=TWO))
    assert state_of(studio, draft) == "producing"
    _record(studio, draft, SceneEdited(scene=TWO, change=GivenScene(on_screen_text="6:00")))
    assert state_of(studio, draft) == "revising"


def test_a_running_job_is_seen_and_a_cancelled_project_is_over(studio: Studio, draft: str) -> None:
    studio.ledger.runs.begin("run-1", project=draft, job="produce")
    assert state_of(studio, draft) == "producing"
    studio.ledger.runs.end("run-1")
    assert state_of(studio, draft) == "in_review"
    studio.ledger.projects.cancel(draft, who="ada", why="no")
    assert state_of(studio, draft) == "cancelled"


@pytest.mark.parametrize(("outcome", "state"), [("failed", "failed"), ("flagged", "flagged"), ("over_budget", "over_budget")])
def test_trouble_shows_until_somebody_decides(studio: Studio, draft: str, outcome: Outcome, state: str) -> None:
    studio.ledger.runs.reached(draft, "scene_clips", outcome=outcome, entries=0, detail="the oven is cold")
    assert state_of(studio, draft) == state
    assert problem_of(studio, draft) == "the oven is cold"
    time.sleep(0.001)
    _record(studio, draft, BrandAccepted(feedback="go on"))
    assert state_of(studio, draft) == "in_review"
    assert problem_of(studio, draft) == ""


def test_waiting_is_no_trouble(studio: Studio, draft: str) -> None:
    studio.ledger.runs.reached(draft, "scene_clips", outcome="waiting", entries=0, detail="scene-01 waits")
    assert state_of(studio, draft) == "in_review"


def test_the_report_says_what_the_contract_promises(studio: Studio, draft: str) -> None:
    _green(studio, draft)
    film = _finish(studio, draft)
    studio.ledger.calls.reserve(order(draft, scene=TWO), price=usd("0.5"))
    studio.ledger.calls.settle("f" * 64, files={}, cost=usd("0.3"))
    studio.ledger.calls.reserve(order(draft, fingerprint="e" * 64, scene=THREE), price=usd("0.5"))
    studio.ledger.calls.fail("e" * 64, state=CallState.REFUSED, problem="no faces")
    found = report(studio, draft)
    assert (found["project"], found["title"], found["state"]) == (draft, "The first cup", "final_review")
    assert (found["cost_usd"], found["review_version"], found["video"]) == (0.3, 3, None)
    assert [(scene["id"], scene["take"], scene["light"], scene["cost_usd"]) for scene in found["scenes"]] == [
        (ONE, 1, "green", 0.0),
        (TWO, 1, "green", 0.3),
        (THREE, 1, "green", 0.0),
    ]
    assert [scene["problem"] for scene in found["scenes"]] == [None, None, "no faces"]
    assert found["scenes"][0]["preview"].endswith(".png")
    assert found["scenes"][0]["clip"] is None
    assert (found["film"]["sha256"], found["film"]["seconds"]) == (film, 15)
    assert found["film"]["path"].endswith("/The first cup.mp4")


def test_a_preview_of_an_older_take_is_not_shown(studio: Studio, draft: str) -> None:
    _record(studio, draft, LightGiven(scene=TWO, take=1, light=Light.RED))
    second = report(studio, draft)["scenes"][1]
    assert (second["take"], second["light"], second["preview"]) == (2, None, None)


def test_one_broken_project_does_not_hide_the_others(studio: Studio, draft: str) -> None:
    other = take_in(studio.ledger, source="two.yaml", title="Two")
    for path in (studio.settings.store / "artifacts").rglob("*.png"):
        path.unlink()
    reports = {found["project"]: found for found in all_reports(studio)}
    assert reports[draft]["state"] == "failed"
    assert "not in the store" in reports[draft]["problem"]
    assert reports[other]["state"] == "queued"


def test_a_changed_brief_is_drafted_again_and_no_old_light_opens_the_gate(studio: Studio, draft: str) -> None:
    _green(studio, draft)
    assert state_of(studio, draft) == "producing"
    assert take_in(studio.ledger, brief='{"other": "words"}') == draft
    assert state_of(studio, draft) == "queued"
    version = studio.values.read("script", draft, ScriptVersion)
    assert version is not None
    with pytest.raises(GateClosed, match="changed the script"):
        require_green(studio.ledger, draft, version)


def _call(studio: Studio, project: str, key: str, **fields: object) -> str:
    """A reserved call for scene-02; its fingerprint."""
    fingerprint = key * 64
    studio.ledger.calls.reserve(order(project, fingerprint=fingerprint, scene=TWO).model_copy(update=fields), price=usd("0.5"))
    return fingerprint


def _told(studio: Studio, project: str) -> tuple[str | None, str | None, str | None]:
    """State, engine and words of scene-02's unfinished call."""
    scene = report(studio, project)["scenes"][1]
    return scene["call_state"], scene["call_engine"], scene["problem"]


def test_a_scene_tells_what_became_of_its_call_in_the_engines_own_words(studio: Studio, draft: str) -> None:
    calls = studio.ledger.calls
    assert _told(studio, draft) == (None, None, None)
    key = _call(studio, draft, "a")
    assert _told(studio, draft) == ("waiting to be sent", "kling", None)
    calls.sending(key)
    assert _told(studio, draft) == ("waiting at the engine", "kling", None)
    calls.accepted(key, external_id="job-1")
    assert _told(studio, draft) == ("waiting at the engine", "kling", None)
    calls.park(key, problem="nobody knows")
    assert _told(studio, draft) == ("parked", "kling", "nobody knows")
    assert report(studio, draft)["scenes"][1]["call"] == key
    studio.ledger.settling.release(key, who="ada", why="it is not there")
    assert _told(studio, draft) == ("failed", "kling", "released by ada: it is not there")
    key = _call(studio, draft, "a")
    calls.fail(key, state=CallState.REFUSED, problem="no faces")
    assert _told(studio, draft) == ("refused", "kling", "no faces")


def test_what_another_engine_or_another_try_made_good_is_no_problem(studio: Studio, draft: str) -> None:
    calls = studio.ledger.calls
    kling = _call(studio, draft, "a")
    calls.fail(kling, state=CallState.FAILED, problem="the oven is cold")
    luma = _call(studio, draft, "b", engine="luma")
    calls.fail(luma, state=CallState.FAILED, problem="so is mine")
    assert _told(studio, draft) == ("failed", "luma", "so is mine")
    calls.settle(_call(studio, draft, "a"), files={}, cost=usd("0.5"))
    assert _told(studio, draft) == (None, None, None)


def test_the_problem_of_one_role_is_not_hidden_by_anothers_success(studio: Studio, draft: str) -> None:
    studio.ledger.calls.fail(_call(studio, draft, "a"), state=CallState.REFUSED, problem="no faces")
    studio.ledger.calls.settle(_call(studio, draft, "b", role="voice"), files={}, cost=usd("0.1"))
    assert _told(studio, draft) == ("refused", "kling", "no faces")


@pytest.mark.parametrize(
    "entry",
    [
        LightGiven(scene=TWO, take=1, light=Light.YELLOW, feedback="no faces"),
        SceneEdited(scene=TWO, change=GivenScene(prompt="a cup")),
        ClipRedone(scene=TWO),
    ],
)
def test_the_problem_of_a_take_that_reviewers_left_behind_is_told_no_more(studio: Studio, draft: str, entry: Entry) -> None:
    studio.ledger.calls.fail(_call(studio, draft, "a"), state=CallState.REFUSED, problem="no faces")
    _record(studio, draft, LightGiven(scene=THREE, take=1, light=Light.RED), SceneEdited(scene=TWO, change=GivenScene(seconds=6)))
    assert _told(studio, draft)[0] == "refused"
    _record(studio, draft, entry)
    assert _told(studio, draft) == (None, None, None)
    parked = _call(studio, draft, "b")
    studio.ledger.calls.sending(parked)
    studio.ledger.calls.park(parked, problem="nobody knows")
    _record(studio, draft, LightGiven(scene=TWO, take=1 + (entry.kind != "redo"), light=Light.RED))
    assert _told(studio, draft)[0] == "parked"  # its money is still reserved


def test_a_clip_says_who_stood_in_and_what_its_engine_could_not_follow(studio: Studio, draft: str) -> None:
    artifact = studio.artifacts.put(b"clip", media_type="video/mp4")
    clip = Clip(artifact=artifact, width=320, height=180, fps=12, frames=60)
    made = SceneClip(
        scene=TWO,
        take=1,
        clip_take=1,
        clip=clip,
        engine="luma",
        fallback="kling: cold. So luma made it.",
        remarks=("no last frame",),
    )
    studio.values.write("scene_clips", draft, Clips(frame=Frame(width=320, height=180, fps=12), entries=0, scenes={TWO: made}))
    scenes = report(studio, draft)["scenes"]
    assert (scenes[1]["fallback"], scenes[1]["remarks"]) == ("kling: cold. So luma made it.", ["no last frame"])
    assert (scenes[0]["fallback"], scenes[0]["remarks"]) == ("", [])
    _record(studio, draft, ClipRedone(scene=TWO))
    assert report(studio, draft)["scenes"][1]["fallback"] == ""


def test_a_project_over_its_budget_says_which_and_how_to_raise_it(studio: Studio, draft: str) -> None:
    purse = Purse(scope="project", name=draft, limit=usd(1))
    with pytest.raises(TooDear) as caught:
        studio.ledger.calls.reserve(order(draft), price=usd(2), purses=(purse,))
    studio.ledger.runs.reached(draft, "scene_clips", outcome="over_budget", entries=0, detail=str(caught.value))
    told = report(studio, draft)
    assert told["state"] == "over_budget"
    assert "the project's budget" in told["problem"]
    assert "Raise budget_usd in the brief or budgets.project_usd in the channel file" in told["problem"]
