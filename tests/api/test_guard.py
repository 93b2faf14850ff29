import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from autograder.api.guard import Guard, is_loopback

OWN = "http://127.0.0.1:7860"


def _client(host: str = "127.0.0.1") -> TestClient:
    async def answer(_: Request) -> PlainTextResponse:
        return PlainTextResponse("the gradebook")

    app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])
    app.add_middleware(Guard, host=host)
    return TestClient(app, base_url=OWN)


def test_the_page_itself_is_answered_with_the_security_headers() -> None:
    reply = _client().get("/gradio_api/queue/data", headers={"origin": OWN})
    assert reply.text == "the gradebook"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'self'" in reply.headers["content-security-policy"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:9999"])
def test_another_site_is_refused_through_the_teachers_browser(origin: str) -> None:
    for method in ("get", "post", "options"):
        reply = getattr(_client(), method)("/gradio_api/call/x", headers={"origin": origin})
        assert reply.status_code == 403


def test_a_name_that_was_pointed_at_this_machine_is_refused() -> None:
    evil = {"host": "evil.example:7860", "origin": "http://evil.example:7860"}
    assert _client().get("/", headers=evil).status_code == 403


def test_a_server_for_the_network_answers_under_its_own_name() -> None:
    own = {"host": "marks.school.example", "origin": "http://marks.school.example"}
    assert _client("0.0.0.0").get("/", headers=own).status_code == 200


@pytest.mark.parametrize(
    "path", ["/gradio_api/token", "/monitoring", "/gradio_api/proxy=http://x/", "/file=http://x"]
)
def test_gradios_side_doors_are_closed(path: str) -> None:
    assert _client().get(path).status_code == 404


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("x.y", False)],
)
def test_loopback_is_told_from_the_network(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
