"""A server on this machine that speaks Google Vision's protocol, over gRPC and over REST.

It answers every image with the lines that it was told to see, laid out as Vision lays them out
(symbols with breaks, punctuation as words of their own), and makes the faults it is told to make.
It proves nothing about how well Google reads.
"""

from __future__ import annotations

import io
import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import grpc
from google.cloud import vision
from google.cloud.vision_v1.types import BatchAnnotateImagesRequest, BatchAnnotateImagesResponse
from PIL import Image, UnidentifiedImageError

METHOD = "google.cloud.vision.v1.ImageAnnotator"
MOST_IMAGES = 16
HTTP = {
    grpc.StatusCode.INVALID_ARGUMENT: 400,
    grpc.StatusCode.UNAUTHENTICATED: 401,
    grpc.StatusCode.PERMISSION_DENIED: 403,
    grpc.StatusCode.RESOURCE_EXHAUSTED: 429,
    grpc.StatusCode.INTERNAL: 500,
    grpc.StatusCode.UNAVAILABLE: 503,
    grpc.StatusCode.DEADLINE_EXCEEDED: 504,
}
Break: Any = vision.TextAnnotation.DetectedBreak.BreakType


@dataclass
class Fault(Exception):
    """A call that fails as a whole."""

    code: grpc.StatusCode


@dataclass
class VisionServer:
    """What both ends share. ``faults`` are taken one a call, ``image_faults`` one an image."""

    lines: Sequence[str] = ("Hello, world.",)
    confidence: float = 0.9
    faults: list[grpc.StatusCode] = field(default_factory=list)
    image_faults: list[int] = field(default_factory=list)
    refuses: Callable[[bytes], bool] = lambda _: False
    forgets: int = 0
    delays: list[float] = field(default_factory=list)
    calls: list[list[bytes]] = field(default_factory=list)
    requests: list[BatchAnnotateImagesRequest] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    endpoint: str = ""
    transport: str = ""

    def annotate(self, request: BatchAnnotateImagesRequest) -> BatchAnnotateImagesResponse:
        images = [each.image.content for each in request.requests]
        self.calls.append(images)
        self.requests.append(request)
        if self.delays:
            time.sleep(self.delays.pop(0))
        if self.faults:
            raise Fault(self.faults.pop(0))
        if len(images) > MOST_IMAGES or any(self.refuses(image) for image in images):
            raise Fault(grpc.StatusCode.INVALID_ARGUMENT)
        answers = [self._answer(image) for image in images]
        return BatchAnnotateImagesResponse(responses=answers[: len(answers) - self.forgets])

    def _answer(self, image: bytes) -> vision.AnnotateImageResponse:
        code = self.image_faults.pop(0) if self.image_faults else 0
        try:
            width, height = Image.open(io.BytesIO(image)).size
        except UnidentifiedImageError:
            code = 3
        if code:
            return vision.AnnotateImageResponse(error={"code": code, "message": f"code {code}"})
        return vision.AnnotateImageResponse(
            full_text_annotation=annotation(self.lines, width, height, self.confidence)
        )


def annotation(
    lines: Sequence[str], width: int, height: int, confidence: float = 0.9
) -> vision.TextAnnotation:
    """One paragraph with the lines at even distances, each character 10 pixels wide."""
    words = [word for row, text in enumerate(lines) for word in _words(text, row, confidence)]
    if words:
        _end(words[-1], Break.LINE_BREAK)
    paragraph = vision.Paragraph(words=words)
    page = vision.Page(width=width, height=height, blocks=[vision.Block(paragraphs=[paragraph])])
    return vision.TextAnnotation(pages=[page], text="\n".join(lines))


def _words(text: str, row: int, confidence: float) -> Iterator[vision.Word]:
    tokens = list(re.finditer(r"\w+|[^\w\s]", text))
    for token in tokens:
        last = token is tokens[-1]
        spaced = text[token.end() : token.end() + 1].isspace()
        word = vision.Word(
            bounding_box=box(10 * token.start(), 40 * row, 10 * token.end(), 40 * row + 30),
            symbols=[vision.Symbol(text=sign, confidence=confidence) for sign in token[0]],
            confidence=confidence,
        )
        if last or spaced:
            _end(word, Break.EOL_SURE_SPACE if last else Break.SPACE)
        yield word


def _end(word: vision.Word, kind: int) -> None:
    setattr(word.symbols[-1].property.detected_break, "type_", kind)  # noqa: B010


def box(left: float, top: float, right: float, bottom: float) -> vision.BoundingPoly:
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return vision.BoundingPoly(vertices=[{"x": int(x), "y": int(y)} for x, y in corners])


@contextmanager
def over_grpc(server: VisionServer) -> Iterator[VisionServer]:
    def work(request: BatchAnnotateImagesRequest, context: Any) -> BatchAnnotateImagesResponse:
        server.headers.append({key: str(value) for key, value in context.invocation_metadata()})
        try:
            return server.annotate(request)
        except Fault as fault:
            context.abort(fault.code, "as told")
            raise

    handler = grpc.unary_unary_rpc_method_handler(
        work, BatchAnnotateImagesRequest.deserialize, BatchAnnotateImagesResponse.serialize
    )
    end = grpc.server(ThreadPoolExecutor(4), options=[("grpc.max_receive_message_length", -1)])
    end.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler(METHOD, {"BatchAnnotateImages": handler}),)
    )
    server.endpoint = f"http://127.0.0.1:{end.add_insecure_port('127.0.0.1:0')}"
    end.start()
    yield server
    end.stop(0)


@contextmanager
def over_rest(server: VisionServer) -> Iterator[VisionServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            server.headers.append({key.lower(): value for key, value in self.headers.items()})
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.path.startswith("/v1/images:annotate")
            try:
                answer = server.annotate(BatchAnnotateImagesRequest.from_json(body))
                self._send(200, BatchAnnotateImagesResponse.to_json(answer))
            except Fault as fault:
                code = HTTP[fault.code]
                error = {"code": code, "message": "as told", "status": fault.code.name}
                self._send(code, json.dumps({"error": error}))

        def _send(self, status: int, body: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    end = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.endpoint = f"http://127.0.0.1:{end.server_port}"
    threading.Thread(target=end.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    end.shutdown()
    end.server_close()
