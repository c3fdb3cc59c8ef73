"""The embedded director as an engine: requests in, JSON files out.

How it writes is in `screenplay`, how it rewrites in `rewriting`.
"""

from videofactory.domain.value import Value
from videofactory.providers.embedded.director.rewriting import rewritten
from videofactory.providers.embedded.director.screenplay import written
from videofactory.providers.roles import Delivered, Director, Payload, RewriteRequest, ScriptRequest, Shelf


class EmbeddedDirector(Director):
    """Writes scripts and rewrites scenes by rules and vocabulary: free, at once, the same answer for the same request."""

    id = "embedded"
    model = "embedded-director-1"
    resend_is_free = True

    def submit(self, request: ScriptRequest | RewriteRequest, *, shelf: Shelf, token: str) -> Delivered:  # noqa: ARG002 - opens no media, needs no id
        """Delivered with the file `script` (JSON of `Script`) or `rewrite` (JSON of `SceneRewrite`)."""
        if isinstance(request, ScriptRequest):
            return Delivered(files={"script": _payload(written(request))})
        return Delivered(files={"rewrite": _payload(rewritten(request))})


def _payload(value: Value) -> Payload:
    return Payload(content=value.model_dump_json().encode("utf-8"), media_type="application/json")
