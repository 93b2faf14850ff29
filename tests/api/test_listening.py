import pytest

from autograder.api.listening import address, listen
from autograder.domain.errors import InvalidInput
from autograder.settings import ServerSettings


def test_a_port_in_use_is_said_with_what_to_do() -> None:
    with listen(ServerSettings(port=0)) as first:
        port = first.getsockname()[1]
        with pytest.raises(InvalidInput, match=r"in use.*AUTOGRADER_SERVER__PORT"):
            listen(ServerSettings(port=port))


def test_an_address_of_another_machine_is_said_with_what_to_check() -> None:
    with pytest.raises(InvalidInput, match="AUTOGRADER_SERVER__HOST"):
        listen(ServerSettings(host="192.0.2.1", port=0))


def test_the_printed_address_can_be_typed_into_a_browser() -> None:
    with listen(ServerSettings(host="0.0.0.0", port=0)) as everywhere:
        assert address(everywhere) == f"http://localhost:{everywhere.getsockname()[1]}"
