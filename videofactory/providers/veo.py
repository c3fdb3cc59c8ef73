"""Video by Veo on Vertex AI: predictLongRunning, with a service account's token; the clip comes in the operation's answer.

Nothing on this API finds a request by an id of ours. (A bucket with a folder per attempt would; it is not asked of channels.)
"""

from typing import Any

from videofactory.domain.errors import EngineFailed, EngineRejected, NotFound, OutcomeUnknown, Passing, Refused, StillRunning
from videofactory.providers.account import Account
from videofactory.providers.adapter import VideoAdapter, aspect_of, unmet
from videofactory.providers.gemini import from_base64, in_base64, shot_words
from videofactory.providers.gemini_errors import ASK_AGAIN, Told, failure_of, look_up_reading, seen, submit_reading, told_by
from videofactory.providers.google_auth import GoogleAuth
from videofactory.providers.registry import Model
from videofactory.providers.roles import Delivered, Payload, Pending, Receipt, Shelf, VideoRequest

LOCATION = "us-central1"
WAIT = 10.0
"""Seconds between two looks at an operation: clips take 11 seconds to 6 minutes."""
UNSEEN_WAIT = 30.0
SEEDS = 2**32
"""Seeds are unsigned numbers of 32 bits."""


class Veo(VideoAdapter):
    """Moves pictures with Veo."""

    def __init__(self, sold: Model, *, account: Account) -> None:
        super().__init__(sold, account=account)
        self._auth = GoogleAuth(account)
        self._http = account.http(auth=self._auth.headers, reading=submit_reading(account))
        self._looking = account.http(auth=self._auth.headers, reading=look_up_reading(account))

    def submit(self, request: VideoRequest, *, shelf: Shelf, token: str) -> Receipt:
        """Order a clip. An answer without an operation's name is `OutcomeUnknown`: it may be paid all the same."""
        path = f"/v1/projects/{self._auth.project}/locations/{LOCATION}/publishers/google/models/{self.model}:predictLongRunning"
        told = told_by(self._http.submit(path, json=self._asked(request, shelf=shelf, token=token)))
        if not told.get("name"):
            raise OutcomeUnknown(f"{self.model} accepted a request without naming its operation.")
        self._remarks[str(told["name"])] = unmet(self.sold, request)
        return Pending(str(told["name"]), wait=WAIT)

    def poll(self, external_id: str) -> Receipt:
        """Look at the operation; it is asked for below the model that its name holds. 'Not found' proves nothing."""
        path = f"/v1/{external_id.split('/operations/', maxsplit=1)[0]}:fetchPredictOperation"
        try:
            told = seen(self._looking.safe("POST", path, json={"operationName": external_id}, seconds=60.0))
        except NotFound:
            return Pending(external_id, wait=UNSEEN_WAIT)
        except EngineRejected as error:  # no token: that says nothing of the job
            raise StillRunning(error.message, remedy=error.remedy, retry_after=ASK_AGAIN) from error
        if not told.get("done"):
            return Pending(external_id, wait=WAIT)
        if told.get("error"):
            raise failure_of(told["error"], who=self.model)
        return self._result(told.get("response") or {}, remarks=self._remarks.get(external_id, ()))

    def _asked(self, request: VideoRequest, *, shelf: Shelf, token: str) -> dict[str, Any]:
        return {
            "instances": [self._scene(request, shelf=shelf)],
            "parameters": {
                "sampleCount": 1,
                "durationSeconds": int(self.sold_seconds(request.seconds)),
                "aspectRatio": self._aspect(request),
                "resolution": self.size(request),
                "generateAudio": request.own_sound,
                "personGeneration": "allow_adult",
                **({"seed": request.seed % SEEDS} if request.seed and "seed" in self.can else {}),
            },
            "labels": {"attempt": token.lower()[:63]},
        }

    def _scene(self, request: VideoRequest, *, shelf: Shelf) -> dict[str, Any]:
        scene: dict[str, Any] = {
            "prompt": shot_words(request.prompt, camera=request.camera, own_sound=request.own_sound),
            "image": _image(request.first_frame.media_type, shelf(request.first_frame).read_bytes()),
        }
        if request.last_frame and "last_frame" in self.can:
            scene["lastFrame"] = _image(request.last_frame.media_type, shelf(request.last_frame).read_bytes())
        return scene

    def _aspect(self, request: VideoRequest) -> str:
        aspect = aspect_of(request.width, request.height)
        return aspect if aspect in self.sold.aspects else self.sold.aspects[0]

    def _result(self, response: Told, *, remarks: tuple[str, ...]) -> Delivered:
        """The clip; done without one means that the filter held it."""
        videos = response.get("videos") or []
        if not videos and response.get("raiMediaFilteredCount"):
            reasons = " ".join(map(str, response.get("raiMediaFilteredReasons") or [])) or "no reason is given"
            raise Refused(
                f"{self.model} held the clip back: {reasons}", remedy="Rewrite the scene's prompt, or choose another engine."
            )
        if not videos:
            raise EngineFailed(f"{self.model} is done without a video.", remedy="Make the scene again.")
        media_type = str(videos[0].get("mimeType") or "video/mp4")
        if videos[0].get("bytesBase64Encoded"):
            content = from_base64(videos[0]["bytesBase64Encoded"], what=f"The clip of {self.model}", failing=Passing)
            return Delivered(files={"clip": Payload(content, media_type)}, remarks=remarks)
        raise EngineFailed(
            f"{self.model} put the clip where it was not asked to: {videos[0].get('gcsUri') or 'nowhere'}.",
            remedy="Fetch it by hand if it is needed; nothing is bought in its place.",
        )


def _image(media_type: str, content: bytes) -> dict[str, str]:
    return {"bytesBase64Encoded": in_base64(content), "mimeType": media_type}
