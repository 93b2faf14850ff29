"""A hub on this machine that takes repositories and commits as huggingface.co does."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class Hub:
    """What was uploaded: files by name, and the repositories with their visibility."""

    address: str = ""
    status: int = 200
    files: dict[str, bytes] = field(default_factory=dict)
    private: dict[str, bool] = field(default_factory=dict)
    stored: dict[str, bytes] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)


@contextmanager
def running() -> Iterator[Hub]:
    hub = Hub()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            hub.tokens.add(self.headers.get("Authorization") or "")
            self._answer(_post(hub, self.path, body))

        def do_PUT(self) -> None:
            oid = self.path.rsplit("/", 1)[1]
            hub.stored[oid] = self.rfile.read(int(self.headers["Content-Length"]))
            self._answer({})

        def do_GET(self) -> None:
            name = self.path.removeprefix("/api/models/")
            self._answer({"id": name, "private": hub.private.get(name, False)})

        def _answer(self, told: dict[str, Any]) -> None:
            content = json.dumps(told).encode()
            self.send_response(hub.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()


def _post(hub: Hub, path: str, body: bytes) -> dict[str, Any]:
    if hub.status != 200:
        return {"error": "no"}
    if path.endswith("/repos/create"):
        told = json.loads(body)
        name = f"{told.get('organization') or 'asha'}/{told['name']}"
        hub.private.setdefault(name, told.get("visibility") == "private")
        return {"url": f"{hub.address}/{name}", "name": name, "id": name}
    if "/preupload/" in path:
        return {"files": [_mode(each["path"]) for each in json.loads(body)["files"]]}
    if path.endswith("/objects/batch"):
        return {
            "transfer": "basic",
            "objects": [_room(hub, o) for o in json.loads(body)["objects"]],
        }
    if "/commit/" in path:
        for line in body.splitlines():
            _take(hub, json.loads(line))
        repository = path.removeprefix("/api/models/").split("/commit/")[0]
        address = f"{hub.address}/{repository}/commit/1"
        return {"commitUrl": address, "commitOid": "1", "success": True}
    return {}


def _mode(name: str) -> dict[str, Any]:
    weights = name.endswith((".safetensors", ".onnx"))
    return {"path": name, "uploadMode": "lfs" if weights else "regular", "shouldIgnore": False}


def _room(hub: Hub, wanted: dict[str, Any]) -> dict[str, Any]:
    href = f"{hub.address}/upload/{wanted['oid']}"
    return {**wanted, "actions": {"upload": {"href": href, "header": {}}}}


def _take(hub: Hub, line: dict[str, Any]) -> None:
    told = line["value"]
    if line["key"] == "file":
        hub.files[told["path"]] = base64.b64decode(told["content"])
    if line["key"] == "lfsFile":
        hub.files[told["path"]] = hub.stored[told["oid"]]
