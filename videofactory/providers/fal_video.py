"""Moving pictures by Kling at fal.ai. Its generations name the same wishes differently: one small class each.

What Kling takes, whoever sells it, is `kling_request`; the queue is `fal`. Kling takes no seed here, so a request is known again
by the name under which its first frame was uploaded.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from videofactory.domain.errors import EngineFailed
from videofactory.domain.footage import Artifact
from videofactory.providers.account import Account
from videofactory.providers.adapter import VideoAdapter, unmet
from videofactory.providers.fal import UPLOADED_AS, Ended, FalQueue, looked_up
from videofactory.providers.fal_errors import UNPAID
from videofactory.providers.http import SAID
from videofactory.providers.kling_request import fitted_prompt, picture
from videofactory.providers.registry import Model
from videofactory.providers.roles import Delivered, Link, Pending, Receipt, Shelf, Sought, VideoRequest

WAIT = 5.0
FINDABLE = 3600.0
"""fal lists a request when it ended, and a queued one may wait long: so many seconds a fruitless look-up is asked again."""
ENDINGS = {"image/png": "png", "image/jpeg": "jpg"}


class FalKling(VideoAdapter):
    """Kling 2.5 turbo: from a first frame, and to a last one where the registry says so. Silent."""

    findable_for = FINDABLE
    FIRST: ClassVar[str] = "image_url"
    LAST: ClassVar[str] = "tail_image_url"

    def __init__(self, sold: Model, *, account: Account) -> None:
        super().__init__(sold, account=account)
        self._queue = FalQueue(account, endpoint=sold.id, wait=WAIT)

    def submit(self, request: VideoRequest, *, shelf: Shelf, token: str) -> Pending:
        """See `Engine.submit`: its pictures are uploaded first, which costs nothing."""
        wanted = self._wanted(request) | {self.FIRST: self._uploaded(request.first_frame, shelf, token=token, name="first")}
        if request.last_frame is not None and "last_frame" in self.can:
            wanted[self.LAST] = self._uploaded(request.last_frame, shelf, token=token, name="last")
        pending = self._queue.submit(wanted, token=token)
        self._remarks[pending.external_id] = fitted_prompt(request)[1] + unmet(self.sold, request)
        return pending

    def job_named(self, report: Mapping[str, Any]) -> str:
        """See `Engine.job_named`."""
        return str(report.get("request_id") or "")

    def poll(self, external_id: str) -> Receipt:
        """See `Engine.poll`."""
        ended = self._queue.ask(external_id)
        return ended if isinstance(ended, Pending) else self._delivered(ended, remarks=self._remarks.pop(external_id, ()))

    def find(self, sought: Sought) -> Receipt:
        """The request whose first frame bears our id; if fal kept no names, the only one of that time that wishes the same."""
        wanted = self._wanted(VideoRequest.model_validate_json(sought.request))

        def mine(sent: Mapping[str, Any]) -> bool:
            return sought.token in str(sent.get(self.FIRST, ""))

        def alike(sent: Mapping[str, Any]) -> bool:
            return UPLOADED_AS not in str(sent.get(self.FIRST, "")) and wanted.items() <= sent.items()

        return looked_up(self._queue, sought, mine=mine, alike=alike)

    def _uploaded(self, frame: Artifact, shelf: Shelf, *, token: str, name: str) -> str:
        taken = picture(shelf(frame))
        named = f"{name}.{ENDINGS[taken.media_type]}"
        return self._queue.upload(taken.content, token=token, name=named, media_type=taken.media_type)

    def _wanted(self, request: VideoRequest) -> dict[str, Any]:
        return {"prompt": fitted_prompt(request)[0], "duration": f"{self.sold_seconds(request.seconds):g}"}

    def _delivered(self, ended: Ended, *, remarks: tuple[str, ...]) -> Delivered:
        video = ended.made.get("video") or {}
        if not video.get("url"):
            raise EngineFailed(f"fal delivered no clip: {str(ended.made)[:SAID]}", remedy=UNPAID)
        return Delivered(links={"clip": Link(str(video["url"]), str(video.get("content_type") or "video/mp4"))}, remarks=remarks)


class FalKling3(FalKling):
    """Kling 3: a first and a last frame, its own sound where it is asked for."""

    FIRST: ClassVar[str] = "start_image_url"
    LAST: ClassVar[str] = "end_image_url"

    def _wanted(self, request: VideoRequest) -> dict[str, Any]:
        return super()._wanted(request) | {"generate_audio": request.own_sound and "native_audio" in self.can}
