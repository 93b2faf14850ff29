"""The address that the server listens on."""

from __future__ import annotations

import errno
import socket

from autograder.domain.errors import InvalidInput
from autograder.settings import ServerSettings

REASONS = {
    errno.EADDRINUSE: "the port is in use. Stop the other program, or set AUTOGRADER_SERVER__PORT",
    errno.EACCES: "this user may not use that port. Set AUTOGRADER_SERVER__PORT to 1024 or above",
    errno.EADDRNOTAVAIL: "this machine has no such address. Check AUTOGRADER_SERVER__HOST",
}


def listen(settings: ServerSettings) -> socket.socket:
    """A listening socket. InvalidInput: the port is in use or the address isn't ours."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        reason = REASONS.get(error.errno or 0, str(error.strerror or error))
        raise InvalidInput(f"{settings.host}:{settings.port}: {reason}.") from error
    return listening


def address(listening: socket.socket) -> str:
    """The page's address as a person types it."""
    host, port = listening.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - only compared with
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
