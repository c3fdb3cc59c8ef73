"""Station `music`: one bed for the whole film, made from the planned length so that small changes of narration keep it."""

from math import ceil

from videofactory.domain.fingerprint import seed_of
from videofactory.domain.footage import Sound
from videofactory.domain.money import ZERO
from videofactory.providers.cast import pick
from videofactory.providers.roles import MusicRequest
from videofactory.studio.buying import buy
from videofactory.studio.factory import Studio
from videofactory.studio.gate import require_green
from videofactory.studio.material import Music, ScriptVersion

STAGE = "music"
STEP = 5
"""Seconds: beds are made in whole steps, so that a scene one second longer does not ask for new music."""
ROOM = 1.05
"""A film is often a little longer than planned, because narration leads; the mix fades the bed out at the film's end."""


def make(studio: Studio, project: str, *, version: ScriptVersion) -> Music:
    """The music of the film. Behind the gate, too: it may cost money."""
    require_green(studio.ledger, project, version)
    channel = studio.channel_of(project)
    engine = pick(studio.engines(channel.key).music, channel.engines.music, role="music", channel=channel.key)
    seconds = float(STEP * ceil(version.script.seconds * ROOM / STEP))
    request = MusicRequest(seed=seed_of(project, "music"), prompt=version.script.music, seconds=seconds)
    studio.tell(STAGE, "starts", total=1)
    bought = buy(studio, engine, request, role="music", project=project)
    studio.tell(STAGE, "kept" if bought.kept else "made", piece="bed")
    sound = Sound(artifact=bought.files["music"], seconds=seconds)
    return Music(sound=sound, prompt=request.prompt, engine=engine.id, cost_usd=bought.call.cost_usd or ZERO)
