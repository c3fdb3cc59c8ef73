"""Two workers make the clips of the same project at the same moment: every clip is bought once, and both have it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from videofactory.domain.brief import TakenIn
from videofactory.providers.kling import KlingVideo
from videofactory.providers.roles import Pending, Receipt, Shelf, VideoRequest
from videofactory.studio import scene_clips
from videofactory.studio.material import Clips, Narration, Previews, ScriptVersion
from videofactory_tests.film.line import CHANNEL, Line, put_channel
from videofactory_tests.processes import at_once
from videofactory_tests.twin.leading import environment
from videofactory_tests.twin.server import Twin

WAIT = 0.1


class SoonKling(KlingVideo):
    """Kling, asked again sooner."""

    def submit(self, request: VideoRequest, *, shelf: Shelf, token: str) -> Receipt:
        """Sent as ever."""
        return _soon(super().submit(request, shelf=shelf, token=token))

    def poll(self, external_id: str) -> Receipt:
        """Asked as ever."""
        return _soon(super().poll(external_id))


def _soon(receipt: Receipt) -> Receipt:
    return replace(receipt, wait=WAIT) if isinstance(receipt, Pending) else receipt


def _clips(home: Path, variables: dict[str, str], project: str, number: int) -> Clips:
    """Make the clips, as the station does."""
    del number
    line = Line.at(home, **variables)
    cast = line.studio.engines(CHANNEL)
    engine = cast.video["kling"]
    assert isinstance(engine, KlingVideo)
    soon = SoonKling(engine.sold, account=engine.account)
    studio = replace(line.studio, cast=replace(cast, video={"kling": soon}))
    return scene_clips.make(
        studio,
        project,
        version=line.read("script", project, ScriptVersion),
        previews=line.read("scene_previews", project, Previews),
        narration=line.read("narration", project, Narration),
        frame=studio.frame(line.read("brief", project, TakenIn).aspects[0]),
    )


@pytest.fixture
def twin() -> Iterator[Twin]:
    """Kling, which takes a moment for each clip."""
    with Twin(render_seconds=0.3).running() as world:
        yield world


@pytest.mark.both_ledgers
def test_two_workers_buy_every_clip_of_a_project_once(tmp_path: Path, ledger_url: str, twin: Twin) -> None:
    home = tmp_path / "home"
    put_channel(home, plan="studio", engines={"video": {"default": "kling", "allowed": ["kling"]}})
    variables = {**environment(twin), "VIDEOFACTORY_LEDGER_URL": ledger_url}
    line = Line.at(home, **variables)
    project = line.take_in()
    line.develop(project)
    line.green(project)
    one, other = at_once(2, _clips, home, variables, project)
    assert isinstance(one, Clips), one
    assert one == other
    calls = [call for call in line.studio.ledger.calls.of_project(project) if call.role == "video"]
    assert len(calls) == len(one.scenes) == twin.paid("kling") == twin.asked("kling.submit")
    assert line.studio.ledger.purses.balance("project", project).spent_usd == sum(call.cost_usd or 0 for call in calls)
