"""Leave that ended stops its own channel, is told with the remedy, and stops no other; given anew, publishing goes on."""

import time
from pathlib import Path

import pytest

from videofactory.domain.errors import TokenRevoked
from videofactory.ledger.uploads import UploadState
from videofactory.studio.alerts import tell
from videofactory.studio.programme import programme
from videofactory_tests.clock import Clock
from videofactory_tests.publishing.screening import Line, channel, finished, screening, upload
from videofactory_tests.twin import discord
from videofactory_tests.twin.google_oauth import accounts
from videofactory_tests.twin.server import Twin
from videofactory_tests.twin.youtube_state import room

ALERTS = {"discord": "OPS_URL"}


def test_leave_that_was_taken_back_stops_its_channel_only_and_is_told(
    tmp_path: Path, clock: Clock, line: Line, twin: Twin
) -> None:
    both = [channel(key).model_copy(update={"alerts": ALERTS}) for key in ("harbour", "bakery")]
    studio = screening(tmp_path / "home", *both, clock=clock)
    stopped, sent = finished(studio), finished(studio, name="bread", channel="bakery")
    google = accounts(twin.world)
    google.revoked.add(google.refresh_token("harbour"))
    with pytest.raises(TokenRevoked, match="channel harbour"):
        line.publish(studio, stopped)
    line.publish(studio, sent)
    assert [len(room(twin.world).videos(name)) for name in ("harbour", "bakery")] == [0, 1]
    assert any(why.startswith("harbour: waits until") and "keys youtube harbour" in why for why in programme(studio).skipped)
    told = tell(studio, {"OPS_URL": f"{twin.url}/discord/api/webhooks/4711/{discord.TOKEN}"}, until=time.monotonic() + 20)
    assert told.problems == ()
    gone = [body["embeds"][0] for body in twin.world.rooms["discord"] if "leave is gone" in body["embeds"][0]["title"]]
    assert [one["title"] for one in gone] == ["Harbour: YouTube leave is gone"]
    assert "videofactory keys youtube harbour" in gone[0]["description"]
    assert google.refresh_token("harbour") not in str(twin.world.rooms["discord"])
    google.revoked.clear()
    clock.forward(3700)
    assert stopped in [one.project for one in programme(studio).due]
    line.publish(studio, stopped)
    assert upload(studio, stopped).state is UploadState.DONE
