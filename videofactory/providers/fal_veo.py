"""Moving pictures by Google's Veo 3.1 at fal.ai: from a first frame, 4, 6 or 8 seconds, with a sound of its own where asked for.

The queue is `fal`. A lost request is known again by the name under which its first frame was uploaded. Veo takes a negative
prompt, too, which no request of ours has.
"""

from collections.abc import Mapping
from typing import Any

from videofactory.domain.errors import EngineFailed
from videofactory.providers.account import Account
from videofactory.providers.adapter import VideoAdapter, aspect_of, unmet
from videofactory.providers.fal import Ended, FalQueue, looked_up
from videofactory.providers.fal_errors import UNPAID
from videofactory.providers.gemini import shot_words
from videofactory.providers.http import SAID
from videofactory.providers.registry import Model
from videofactory.providers.roles import Delivered, Link, Pending, Receipt, Shelf, Sought, VideoRequest

WAIT = 5.0
SEEDS = 2**32
"""Unsigned numbers of 32 bits, as at Google: fal names no range."""
ANY_SHAPE = "auto"
"""The picture's shape is that of its first frame, as near as Veo can."""


class FalVeo(VideoAdapter):
    """Veo 3.1. No last frame and no references at this endpoint; fal sells those at others."""

    findable_for = 3600.0

    def __init__(self, sold: Model, *, account: Account) -> None:
        super().__init__(sold, account=account)
        self._queue = FalQueue(account, endpoint=sold.id, wait=WAIT)

    def submit(self, request: VideoRequest, *, shelf: Shelf, token: str) -> Pending:
        """See `Engine.submit`: the first frame is uploaded before, which costs nothing."""
        frame = request.first_frame
        name = f"first.{frame.media_type.rpartition('/')[2]}"
        content = shelf(frame).read_bytes()
        address = self._queue.upload(content, token=token, name=name, media_type=frame.media_type)
        pending = self._queue.submit(self._wanted(request) | {"image_url": address}, token=token)
        self._remarks[pending.external_id] = unmet(self.sold, request)
        return pending

    def job_named(self, report: Mapping[str, Any]) -> str:
        """See `Engine.job_named`."""
        return str(report.get("request_id") or "")

    def poll(self, external_id: str) -> Receipt:
        """See `Engine.poll`."""
        ended = self._queue.ask(external_id)
        return ended if isinstance(ended, Pending) else self._delivered(ended, remarks=self._remarks.get(external_id, ()))

    def find(self, sought: Sought) -> Receipt:
        """The request whose first frame bears our id, in fal's list of finished requests."""

        def mine(sent: Mapping[str, Any]) -> bool:
            return sought.token in str(sent.get("image_url", ""))

        return looked_up(self._queue, sought, mine=mine, alike=lambda _: False)

    def _wanted(self, request: VideoRequest) -> dict[str, Any]:
        aspect = aspect_of(request.width, request.height)
        return {
            "prompt": shot_words(request.prompt, camera=request.camera, own_sound=request.own_sound),
            "duration": f"{self.sold_seconds(request.seconds):g}s",
            "aspect_ratio": aspect if aspect in self.sold.aspects else ANY_SHAPE,
            "resolution": self.size(request),
            "generate_audio": request.own_sound,
            **({"seed": request.seed % SEEDS} if request.seed else {}),
        }

    def _delivered(self, ended: Ended, *, remarks: tuple[str, ...]) -> Delivered:
        video = ended.made.get("video") or {}
        if not video.get("url"):
            raise EngineFailed(f"fal delivered no clip: {str(ended.made)[:SAID]}", remedy=UNPAID)
        return Delivered(links={"clip": Link(str(video["url"]), str(video.get("content_type") or "video/mp4"))}, remarks=remarks)
