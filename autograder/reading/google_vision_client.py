"""Google's own client, with its credentials, endpoint, deadline and tries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from autograder.domain.errors import EngineUnavailable

if TYPE_CHECKING:
    from google.cloud.vision import ImageAnnotatorClient

    from autograder.settings import GoogleVisionSettings

ON_THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}


def client(settings: GoogleVisionSettings) -> ImageAnnotatorClient:
    """The client that the settings describe.

    Credentials are the API key, else the service account's file, else the application default.
    An ``http://`` endpoint is for a server on this machine only: gRPC then runs unencrypted and
    without credentials. EngineUnavailable: a package or credentials are missing or unusable.
    """
    try:
        from google.cloud import vision
    except ImportError as error:
        raise EngineUnavailable(
            "Google Vision needs a package that is not installed: pip install google-cloud-vision."
        ) from error
    from google.auth.exceptions import GoogleAuthError

    plain = _is_plain(settings.endpoint)
    if plain and settings.transport == "grpc":
        return vision.ImageAnnotatorClient(transport=_plain_channel(settings.endpoint))
    options: dict[str, Any] = {"api_endpoint": settings.endpoint} if settings.endpoint else {}
    if settings.api_key is not None:
        options["api_key"] = settings.api_key.get_secret_value()
    try:
        return vision.ImageAnnotatorClient(
            credentials=_credentials(settings, plain),
            transport=settings.transport,
            client_options=options,
        )
    except GoogleAuthError as error:
        raise EngineUnavailable(
            "Google Vision has no credentials. Set AUTOGRADER_GOOGLE_VISION__CREDENTIALS_FILE to "
            "a service account's JSON file, or AUTOGRADER_GOOGLE_VISION__API_KEY to an API key, "
            f"or sign in with “gcloud auth application-default login”. It said: {error}"
        ) from error


def limits(deadline: float, first_pause: float, longest_pause: float) -> dict[str, Any]:
    """Tries and deadline of a call; the library's helpers come without either.

    A try gets half of ``deadline`` seconds, so that one that hangs leaves time for another.
    """
    from google.api_core import exceptions
    from google.api_core.retry import Retry, if_exception_type
    from google.api_core.timeout import ConstantTimeout
    from google.auth.exceptions import TransportError
    from requests.exceptions import ConnectionError as BrokenConnection
    from requests.exceptions import Timeout

    passing = if_exception_type(
        exceptions.ServiceUnavailable,
        exceptions.GatewayTimeout,
        exceptions.TooManyRequests,
        exceptions.InternalServerError,
        exceptions.BadGateway,
        TransportError,
        BrokenConnection,
        Timeout,
    )
    tries = Retry(passing, first_pause, longest_pause, multiplier=2.0, timeout=deadline)
    return {"retry": tries, "timeout": ConstantTimeout(deadline / 2)}


def _is_plain(endpoint: str) -> bool:
    if not endpoint.startswith("http://"):
        return False
    if urlsplit(endpoint).hostname not in ON_THIS_MACHINE:
        raise EngineUnavailable(
            f"AUTOGRADER_GOOGLE_VISION__ENDPOINT {endpoint} would send scripts unencrypted over "
            "the network. Give a host's name such as eu-vision.googleapis.com."
        )
    return True


def _plain_channel(endpoint: str) -> Any:
    import grpc
    from google.cloud.vision_v1.services.image_annotator.transports import (
        ImageAnnotatorGrpcTransport,
    )

    unlimited = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
    channel = grpc.insecure_channel(urlsplit(endpoint).netloc, options=unlimited)
    return ImageAnnotatorGrpcTransport(channel=channel)


def _credentials(settings: GoogleVisionSettings, plain: bool) -> Any:
    """Credentials to hand over; None where the client is to find them itself."""
    if settings.api_key is not None:
        return None
    if settings.credentials_file is not None:
        return _service_account(settings.credentials_file)
    if plain:
        from google.auth.credentials import AnonymousCredentials

        return AnonymousCredentials()
    return None


def _service_account(path: Path) -> Any:
    from google.auth.exceptions import GoogleAuthError
    from google.oauth2.service_account import Credentials

    try:
        return Credentials.from_service_account_file(str(path))
    except OSError as error:
        raise EngineUnavailable(
            f"Google's credentials file {path} can't be read: {error.strerror}. Correct "
            "AUTOGRADER_GOOGLE_VISION__CREDENTIALS_FILE."
        ) from error
    except (ValueError, GoogleAuthError) as error:
        raise EngineUnavailable(
            f"{path} is not a service account's JSON file: download a new key from the Google "
            "Cloud console."
        ) from error
