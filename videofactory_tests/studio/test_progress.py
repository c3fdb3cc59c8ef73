"""Progress: told to the studio's own listener and to all who listen in this process, and to nobody afterwards."""

import pytest

from videofactory.studio.factory import Studio
from videofactory.studio.progress import Progress, announce, listening

LINE = Progress("scene_clips", "made", "scene-01")


def test_all_who_listen_hear_and_only_within_their_block() -> None:
    one: list[Progress] = []
    two: list[Progress] = []
    with listening(one.append), listening(two.append):
        announce(LINE)
    announce(LINE)
    assert one == two == [LINE]


def test_a_listener_is_gone_after_an_error() -> None:
    heard: list[Progress] = []
    with pytest.raises(KeyError), listening(heard.append):
        raise KeyError
    announce(LINE)
    assert heard == []


def test_the_studio_tells_its_own_listener_and_the_process(studio: Studio) -> None:
    own: list[Progress] = []
    others: list[Progress] = []
    with listening(others.append):
        studio.heard_by(own.append).tell("scene_clips", "made", piece="scene-01")
        studio.tell("scene_clips", "ends")
    assert own == [LINE]
    assert others == [LINE, Progress("scene_clips", "ends")]
