"""S3 for tests: moto's S3 behind a door of ours that counts, misbehaves when told to, and shuts expired links as Amazon does.

moto keeps objects and speaks the protocol; it checks neither signatures nor the age of a presigned link. The door checks the age.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import count
from typing import Any
from urllib.parse import parse_qs

from boto3.session import Session
from moto.core.models import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import WSGIRequestHandler, make_server

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "a-test-secret", "AWS_DEFAULT_REGION": "us-east-1"}
_ERROR = "<Error><Code>{code}</Code><Message>told so by the test</Message></Error>"


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's name
        """Say nothing."""


@dataclass
class Service:
    """The running service. `faults` are struck in turn by requests of their method: a code of S3, or `cut` or `spoilt`."""

    url: str = ""
    faults: list[tuple[str, str]] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    ahead: timedelta = timedelta()
    buckets: Iterator[int] = field(default_factory=lambda: count(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _moto: Any = field(default_factory=lambda: DomainDispatcherApplication(create_backend_app))

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:  # noqa: ANN401 - WSGI
        """Answer one request."""
        method = environ["REQUEST_METHOD"]
        with self._lock:
            self.asked[method] += 1
            self.asked[f"{method} {environ['PATH_INFO']}"] += 1
            fault = next((one for one in self.faults if one[0] == method), None)
            if fault:
                self.faults.remove(fault)
        kind = fault[1] if fault else ""
        if kind in {"cut", "spoilt"}:
            body = b"".join(self._moto(environ, start_response))
            return [body[:-1]] if kind == "cut" else [bytes([body[0] ^ 1]) + body[1:]]
        if kind or self._expired(environ):
            return _refused(kind or "AccessDenied", start_response)
        answer: Iterable[bytes] = self._moto(environ, start_response)
        return answer

    @cached_property
    def client(self) -> Any:  # noqa: ANN401 - boto3 has no types
        """The test's own way in."""
        names = {"aws_access_key_id": "AWS_ACCESS_KEY_ID", "aws_secret_access_key": "AWS_SECRET_ACCESS_KEY"}
        keys = {name: CREDENTIALS[variable] for name, variable in names.items()}
        return Session().client("s3", endpoint_url=self.url, region_name=CREDENTIALS["AWS_DEFAULT_REGION"], **keys)

    def fill(self, bucket: str, key: str) -> None:
        """Put an empty object, without the way over HTTP."""
        s3_backends[ACCOUNT]["aws"].put_object(bucket, key, b"")

    def _expired(self, environ: dict[str, Any]) -> bool:
        words = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        if "X-Amz-Expires" not in words:
            return False
        signed = datetime.strptime(words["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return datetime.now(UTC) + self.ahead > signed + timedelta(seconds=int(words["X-Amz-Expires"]))


def _refused(code: str, start_response: Any) -> Iterable[bytes]:  # noqa: ANN401 - WSGI
    body = _ERROR.format(code=code).encode()
    status = "503 Slow Down" if code == "SlowDown" else "500 Internal" if code == "InternalError" else "403 Forbidden"
    start_response(status, [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
    return [body]


@contextmanager
def serving() -> Iterator[Service]:
    """The service on a port of this machine."""
    service = Service()
    server = make_server("127.0.0.1", 0, service, threaded=True, request_handler=_Quiet)
    service.url = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
