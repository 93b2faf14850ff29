"""Where a language model server is: the address that the settings name, checked and in words."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from autograder.domain.errors import EngineUnavailable

SETTING = "AUTOGRADER_OPENAI_API__BASE_URL"
EXAMPLE = "such as http://localhost:8000/v1"
HOME_ENDINGS = (".local", ".lan", ".internal", ".home.arpa")
"""Names that no public server has (RFC 6762, RFC 8375, and what routers and ICANN reserve)."""


@dataclass(frozen=True, slots=True)
class Address:
    """``url`` up to and including ``/v1``; ``host`` with the port, as the teacher is shown it."""

    url: str
    host: str
    here: bool
    """The server is on this machine."""

    @property
    def root(self) -> str:
        """Where a server keeps what isn't part of the OpenAI API, such as vLLM's ``/tokenize``."""
        return self.url.removesuffix("/v1")


def read(base_url: str) -> Address:
    """The address. EngineUnavailable: none is set, or it can't or shouldn't be used."""
    text = base_url.strip().rstrip("/").removesuffix("/chat/completions")
    if not text:
        raise EngineUnavailable(
            "The grader “openai_api” needs to know which server to ask. Set "
            f"{SETTING} to its address, {EXAMPLE}."
        )
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in {"http", "https"} or parts.query or parts.fragment:
        raise EngineUnavailable(f"{SETTING} is not the address of a server: it is {EXAMPLE}.")
    if parts.username is not None:
        raise EngineUnavailable(
            f"{SETTING} holds a name or password. Put the key in AUTOGRADER_OPENAI_API__API_KEY."
        )
    if parts.scheme == "http" and not _is_near(host):
        raise EngineUnavailable(
            f"{SETTING} would send students' answers to {host} unencrypted. Write https:// instead."
        )
    shown = f"[{host}]" if ":" in host else host
    shown = f"{shown}:{port}" if port else shown
    return Address(f"{parts.scheme}://{shown}{parts.path or '/v1'}", shown, _is_here(host))


def _is_here(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = _ip(host)
    return address is not None and address.is_loopback


def _is_near(host: str) -> bool:
    """On this machine or in this network, where a server seldom has a certificate."""
    address = _ip(host)
    if address is not None:
        return address.is_private or address.is_loopback
    return _is_here(host) or "." not in host or host.endswith(HOME_ENDINGS)


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
