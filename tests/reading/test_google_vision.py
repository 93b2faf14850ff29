"""Google's real client against a server on this machine, over gRPC and over REST."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
from PIL import Image

from autograder import plugins
from autograder.domain.errors import AutoGraderError, EngineFailed, EngineUnavailable
from autograder.domain.script import Reading
from autograder.reading.google_vision_client import client
from autograder.reading.recognizer import TextRecognizer
from autograder.reading.recognizers import google_vision
from autograder.settings import GoogleVisionSettings, Settings
from tests.reading.vision_server import VisionServer, over_grpc, over_rest

PAGE = Image.new("RGB", (400, 300), "white")
BAD = grpc.StatusCode.INVALID_ARGUMENT
BUSY = grpc.StatusCode.UNAVAILABLE
INTERNAL = grpc.StatusCode.INTERNAL
LATE = grpc.StatusCode.DEADLINE_EXCEEDED
QUOTA = grpc.StatusCode.RESOURCE_EXHAUSTED


@pytest.fixture(params=["grpc", "rest"])
def server(request: pytest.FixtureRequest) -> Iterator[VisionServer]:
    with {"grpc": over_grpc, "rest": over_rest}[request.param](VisionServer()) as running:
        running.transport = request.param
        yield running


@pytest.fixture
def rest() -> Iterator[VisionServer]:
    with over_rest(VisionServer()) as running:
        running.transport = "rest"
        yield running


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(google_vision, "FIRST_PAUSE", 0.02)
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    monkeypatch.setenv("NO_GCE_CHECK", "true")


def engine(server: VisionServer, **values: Any) -> TextRecognizer:
    given = {"endpoint": server.endpoint, "transport": server.transport, "deadline_seconds": 10}
    return plugins.recognizer(
        "google_vision", Settings(google_vision=GoogleVisionSettings(**(given | values)))
    )


def texts(results: list[Reading | AutoGraderError]) -> list[str | None]:
    return [each.text if isinstance(each, Reading) else None for each in results]


def message(result: Reading | AutoGraderError) -> str:
    assert isinstance(result, AutoGraderError)
    return str(result)


def test_a_page_is_read_into_lines_and_words_with_their_places(server: VisionServer) -> None:
    server.lines = ("Q1. A process, in short:", "runs a program.")
    (reading,) = engine(server).read([PAGE])
    assert isinstance(reading, Reading)
    assert reading.lines[0].text == "Q1. A process, in short:"
    assert reading.text == "\n".join(server.lines)
    assert [word.text for word in reading.lines[1].words] == ["runs", "a", "program."]
    assert reading.lines[1].words[0].box == (0, 40, 40, 70)
    assert reading.lines[1].words[0].confidence == pytest.approx(0.9)
    assert (reading.engine, reading.version) == ("google_vision", "v1")


def test_pages_go_in_batches_of_the_settings_size(server: VisionServer) -> None:
    reader = engine(server, batch_size=4)
    assert reader.batch_size == 4
    assert texts(reader.read([PAGE] * 6)) == ["Hello, world."] * 6
    assert [len(call) for call in server.calls] == [4, 2]


def test_handwriting_is_asked_for_with_the_languages_of_the_settings(server: VisionServer) -> None:
    engine(server, language_hints=["en-t-i0-handwrit"]).read([PAGE])
    (request,) = server.requests[0].requests
    assert request.features[0].type_.name == "DOCUMENT_TEXT_DETECTION"
    assert list(request.image_context.language_hints) == ["en-t-i0-handwrit"]


def test_a_page_without_writing_has_no_lines(server: VisionServer) -> None:
    server.lines = ()
    (reading,) = engine(server).read([PAGE])
    assert isinstance(reading, Reading)
    assert reading.lines == ()


@pytest.mark.parametrize("fault", [BUSY, LATE, QUOTA, INTERNAL])
def test_what_passes_is_tried_again(server: VisionServer, fault: grpc.StatusCode) -> None:
    server.faults = [fault, fault]
    assert texts(engine(server).read([PAGE])) == ["Hello, world."]
    assert len(server.calls) == 3


@pytest.mark.parametrize(
    ("fault", "kind", "said"),
    [
        (BUSY, EngineFailed, "can't be reached"),
        (INTERNAL, EngineFailed, "fault of its own"),
        (QUOTA, EngineFailed, "quota"),
        (LATE, EngineFailed, "did not answer within 0.5 seconds"),
    ],
)
def test_what_does_not_pass_ends_at_the_deadline(
    server: VisionServer, fault: grpc.StatusCode, kind: type[AutoGraderError], said: str
) -> None:
    server.faults = [fault] * 200
    results = engine(server, deadline_seconds=0.5).read([PAGE] * 2)
    assert [type(each) for each in results] == [kind] * 2
    assert said in message(results[0])
    assert len(server.calls) > 1


@pytest.mark.parametrize(
    "fault", [grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED]
)
def test_refused_credentials_are_said_at_once(server: VisionServer, fault: grpc.StatusCode) -> None:
    server.faults = [fault]
    (result,) = engine(server).read([PAGE])
    assert isinstance(result, EngineUnavailable)
    assert "refused the credentials" in str(result)
    assert len(server.calls) == 1


def test_a_bad_image_is_an_error_in_its_own_place(server: VisionServer) -> None:
    server.image_faults = [0, 3, 0]
    results = engine(server).read([PAGE] * 3)
    assert texts(results) == ["Hello, world.", None, "Hello, world."]
    assert "could not read this page" in message(results[1])
    assert len(server.calls) == 1


@pytest.mark.parametrize("code", [4, 8, 13, 14])
def test_an_image_whose_fault_may_pass_is_tried_once_more(server: VisionServer, code: int) -> None:
    server.image_faults = [0, code, 0]
    assert texts(engine(server).read([PAGE] * 3)) == ["Hello, world."] * 3
    assert [len(call) for call in server.calls] == [3, 1]
    server.image_faults = [code, code]
    assert "could not read this page" in message(engine(server).read([PAGE])[0])


def test_one_image_that_refuses_the_batch_does_not_cost_the_others(server: VisionServer) -> None:
    black = Image.new("RGB", (400, 300), "black")
    refused = google_vision.as_jpeg(black)
    server.refuses = lambda image: image == refused
    results = engine(server).read([PAGE, black, PAGE])
    assert texts(results) == ["Hello, world.", None, "Hello, world."]
    assert "did not take this page" in message(results[1])


def test_an_answer_that_is_missing_is_an_error(server: VisionServer) -> None:
    server.forgets = 1
    results = engine(server).read([PAGE] * 2)
    assert texts(results) == ["Hello, world.", None]
    assert "gave no answer" in message(results[1])


def test_a_call_that_hangs_is_given_up_and_tried_again(server: VisionServer) -> None:
    server.delays = [1.5]
    assert texts(engine(server, deadline_seconds=2).read([PAGE])) == ["Hello, world."]
    assert len(server.calls) == 2


def test_a_server_that_is_not_there_is_said(server: VisionServer) -> None:
    reader = engine(server, endpoint="http://127.0.0.1:9", deadline_seconds=0.5)
    assert "Check the network" in message(reader.read([PAGE])[0])


def test_large_pages_are_sent_small_enough(server: VisionServer, monkeypatch: Any) -> None:
    monkeypatch.setattr(google_vision, "MOST_BYTES", 400_000)
    noise = np.random.default_rng(0).integers(0, 255, (700, 700, 3), np.uint8)
    page = Image.fromarray(noise)
    (one,) = [google_vision.as_jpeg(page, 300_000)]
    assert len(one) <= 300_000
    assert len(google_vision.as_jpeg(page, 20_000)) <= 20_000  # by a smaller picture
    monkeypatch.setattr(google_vision, "as_jpeg", lambda _: one)
    assert texts(engine(server).read([page] * 3)) == ["Hello, world."] * 3
    assert [len(call) for call in server.calls] == [1, 1, 1]


def test_boxes_are_of_the_given_page_even_if_a_smaller_one_was_sent(
    server: VisionServer, monkeypatch: Any
) -> None:
    half = google_vision.as_jpeg(PAGE.resize((200, 150)))
    monkeypatch.setattr(google_vision, "as_jpeg", lambda _: half)
    server.lines = ("one", "two")
    (reading,) = engine(server).read([PAGE])
    assert isinstance(reading, Reading)
    assert reading.lines[1].box == (0, 80, 60, 140)


def test_a_very_large_image_goes_through(server: VisionServer, monkeypatch: Any) -> None:
    padded = google_vision.as_jpeg(PAGE) + bytes(6_900_000)
    monkeypatch.setattr(google_vision, "as_jpeg", lambda _: padded)
    assert texts(engine(server).read([PAGE])) == ["Hello, world."]


def test_an_api_key_is_sent_as_such(rest: VisionServer) -> None:
    engine(rest, api_key="secret-key").read([PAGE])
    assert rest.headers[0]["x-goog-api-key"] == "secret-key"
    assert "authorization" not in rest.headers[0]


def service_account(path: Path) -> Path:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    content = {
        "type": "service_account",
        "project_id": "school",
        "private_key_id": "1",
        "private_key": pem.decode(),
        "client_email": "reader@school.iam.gserviceaccount.com",
        "client_id": "1",
        "token_uri": "http://127.0.0.1:9/token",
    }
    path.write_text(json.dumps(content))
    return path


def test_a_service_account_signs_its_requests(rest: VisionServer, tmp_path: Path) -> None:
    reader = engine(rest, credentials_file=service_account(tmp_path / "key.json"))
    assert texts(reader.read([PAGE])) == ["Hello, world."]
    scheme, token = rest.headers[0]["authorization"].split()
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert scheme == "Bearer"
    assert claims["iss"] == "reader@school.iam.gserviceaccount.com"


@pytest.mark.parametrize("transport", ["grpc", "rest"])
def test_the_application_default_is_found(
    transport: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = service_account(tmp_path / "key.json")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    endpoint = "eu-vision.googleapis.com"
    made = client(GoogleVisionSettings(transport=transport, endpoint=endpoint))
    credentials: Any = made.transport._credentials
    assert credentials.service_account_email == "reader@school.iam.gserviceaccount.com"
    assert endpoint in made.transport.host


@pytest.mark.parametrize("transport", ["grpc", "rest"])
def test_without_credentials_it_is_said_what_to_set(
    transport: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    settings = Settings(google_vision=GoogleVisionSettings(transport=transport))
    with pytest.raises(EngineUnavailable, match="AUTOGRADER_GOOGLE_VISION__API_KEY"):
        plugins.recognizer("google_vision", settings)


@pytest.mark.parametrize("content", [None, "{}", "not json", '{"type": "service_account"}'])
def test_a_credentials_file_that_is_none_is_said(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "key.json"
    if content is not None:
        path.write_text(content)
    settings = Settings(google_vision=GoogleVisionSettings(credentials_file=path))
    with pytest.raises(EngineUnavailable, match=r"key\.json"):
        plugins.recognizer("google_vision", settings)


def test_scripts_are_not_sent_unencrypted_over_the_network() -> None:
    settings = Settings(google_vision=GoogleVisionSettings(endpoint="http://vision.example"))
    with pytest.raises(EngineUnavailable, match="unencrypted"):
        plugins.recognizer("google_vision", settings)
