"""One request over http(s), to an address that has been looked at.

A name is resolved once, all its addresses are checked, and the connection goes to one of those: there is no second
look-up in between that could answer otherwise (DNS rebinding). The name itself stays in the Host header and in TLS.
Proxies, cookies and `.netrc` are not used: a proxy would do the connecting, to wherever it likes.

Imported only when something is fetched, since httpx is an extra.
"""

import http
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from hardy.errors import DecodeError
from hardy.pixels.decode import sniff
from hardy.sources.remote_address import refusal
from hardy.sources.remote_limits import Limits, Transient

Resolve = Callable[[str, int], list[str]]

_AGAIN = {408, 425, 429, 500, 502, 503, 504}
_REDIRECTS = {301, 302, 303, 307, 308}
_FIRST_BYTES = 16
_ADDRESSES_TRIED = 4


@dataclass(frozen=True)
class Answer:
    """What a server sent.

    Args:
        body: the picture; empty where there is a `location`.
        location: the next URL, for a redirect.
        is_whole: whether the length of the body was announced, so that a cut would have been noticed.
    """

    body: bytes
    location: str | None
    is_whole: bool


class Connections:
    """Connections kept open between requests; safe to call from several threads.

    Args:
        limits: of time and size.
        allow_private: connect to private addresses too.
        resolve: a name's addresses.
    """

    def __init__(self, limits: Limits, allow_private: bool, resolve: Resolve) -> None:
        self._limits = limits
        self._clock = _Clock()
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=64,
            max_keepalive_connections=32,
            keepalive_expiry=15,
            network_backend=_CheckedNetwork(limits, allow_private, resolve, self._clock),
        )

    def close(self) -> None:
        """Close what is open."""
        self._pool.close()

    def get(self, url: str, deadline: float) -> Answer:
        """One request, no redirect followed.

        Args:
            url: http or https, without a user's name.
            deadline: by `time.monotonic()`.

        Raises:
            DecodeError: refused, or what came is no picture; trying again changes nothing.
            Transient: trying again may help.
        """
        target = parse_url(url)
        limits = self._limits
        self._clock.deadline = deadline
        timeouts = {"connect": limits.connect_s, "read": limits.read_s, "write": limits.read_s, "pool": limits.total_s}
        headers = [
            (b"Host", target.netloc),
            (b"User-Agent", b"hardy"),
            (b"Accept", b"image/*,*/*;q=0.5"),
            (b"Accept-Encoding", b"identity"),
        ]
        where = httpcore.URL(scheme=target.raw_scheme, host=target.raw_host, port=target.port, target=target.raw_path)
        try:
            with self._pool.stream("GET", where, headers=headers, extensions={"timeout": timeouts}) as response:
                return self._read(response, target)
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in error.args):
                raise DecodeError("the server's certificate is not valid for this host") from error
            raise Transient(_connect_reason(error), unreachable=True) from error
        except httpcore.TimeoutException as error:
            raise Transient("the server was too slow") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise Transient(f"the answer was cut short or broken ({str(error)[:120]})") from error

    def _read(self, response: httpcore.Response, target: httpx.URL) -> Answer:
        headers = {name.lower(): value.decode("latin-1") for name, value in response.headers}
        if response.status in _REDIRECTS and b"location" in headers:
            try:
                return Answer(b"", str(target.join(headers[b"location"])), True)
            except (httpx.InvalidURL, ValueError) as error:
                raise DecodeError("it redirects to something that is no URL") from error
        if response.status != 200:
            phrase = {status.value: status.phrase for status in http.HTTPStatus}.get(response.status, "")
            reason = f"the server answered {response.status} {phrase}".rstrip()
            if response.status in _AGAIN:
                raise Transient(reason, _seconds(headers.get(b"retry-after", "")))
            raise DecodeError(reason)
        packing = headers.get(b"content-encoding", "identity").strip().lower()
        if packing not in ("identity", "", "gzip", "x-gzip", "deflate"):
            raise DecodeError(f"the server packed it as {packing[:40]!a}, which is not read")
        is_packed = packing not in ("identity", "")
        kind = headers.get(b"content-type", "no content type")
        body = self._body(response, headers.get(b"content-length", ""), kind, is_packed)
        if is_packed:
            body = self._unpacked(body)
        _check_picture(body, kind)
        return Answer(body, None, b"content-length" in headers or b"transfer-encoding" in headers)

    def _body(self, response: httpcore.Response, announced: str, kind: str, is_packed: bool) -> bytes:
        if announced.isascii() and announced.isdecimal() and int(announced[:18]) > self._limits.max_bytes:
            raise DecodeError(self._too_large())
        body, looked = bytearray(), False
        for chunk in response.iter_stream():
            body += chunk
            if len(body) > self._limits.max_bytes:
                raise DecodeError(self._too_large())
            if not looked and not is_packed and len(body) >= _FIRST_BYTES:
                _check_picture(bytes(body[:_FIRST_BYTES]), kind)  # before megabytes of something else are fetched
                looked = True
        return bytes(body)

    def _unpacked(self, body: bytes) -> bytes:
        try:
            plain = zlib.decompressobj(wbits=47).decompress(body, self._limits.max_bytes + 1)
        except zlib.error as error:
            raise DecodeError("the server's compression is damaged") from error
        if len(plain) > self._limits.max_bytes:
            raise DecodeError(self._too_large())
        return plain

    def _too_large(self) -> str:
        return f"it is larger than the limit of {self._limits.max_bytes:,} bytes"


def parse_url(url: str) -> httpx.URL:
    """A URL that may be fetched.

    Raises:
        DecodeError: it is none, is not http(s), or has a user's name in it; the message does not repeat it.

    Example:
        >>> parse_url("https://example.org/a.png").host
        'example.org'
    """
    try:
        target = httpx.URL(url)
        host = target.raw_host
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise DecodeError("it is no URL that can be fetched") from error
    if target.scheme not in ("http", "https"):
        raise DecodeError(f"it leads to {target.scheme[:20]!a}; only http and https are fetched")
    if target.userinfo:
        raise DecodeError("it has a user's name or password in it, which is not sent")
    if not host:
        raise DecodeError("it names no host")
    return target


def _check_picture(body: bytes, kind: str) -> None:
    if not body:
        raise DecodeError("the server sent nothing")
    if sniff(body[:_FIRST_BYTES]) is None:
        raise DecodeError(f"no picture of a kind we read but {kind[:60]!a}, beginning with {body[:8]!r}")


def _seconds(text: str) -> float:
    return float(text) if re.fullmatch(r"[0-9]{1,6}", text.strip()) else 0.0


def _connect_reason(error: Exception) -> str:
    if isinstance(error, httpcore.ConnectTimeout):
        return "the server cannot be reached in time"
    return f"no connection ({str(error)[:120] or type(error).__name__})"


class _Clock(threading.local):
    """The deadline of the request that runs on this thread."""

    deadline: float = 0.0

    def left(self, timeout: float | None) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for this URL is used up")
        return left if timeout is None else min(left, timeout)


class _CheckedNetwork(httpcore.NetworkBackend):
    """Connects by address, after looking at it."""

    def __init__(self, limits: Limits, allow_private: bool, resolve: Resolve, clock: _Clock) -> None:
        self._limits, self._allow_private, self._resolve, self._clock = limits, allow_private, resolve, clock
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = self._checked(host, port)
        failure: Exception = httpcore.ConnectError("no address")
        for address in addresses[:_ADDRESSES_TRIED]:
            try:
                stream = self._inner.connect_tcp(
                    address, port, self._clock.left(timeout), local_address, socket_options
                )
                return _TimedStream(stream, self._clock)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _checked(self, host: str, port: int) -> list[str]:
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            if isinstance(error, socket.gaierror) and error.errno != socket.EAI_AGAIN:
                raise DecodeError(f"the host {host[:80]!a} is not known") from error
            raise httpcore.ConnectError(f"the host's address cannot be looked up: {error}") from error
        for address in addresses:
            reason = None if self._allow_private else refusal(address)
            if reason:
                raise DecodeError(f"the host {host[:80]!a} has {reason}; --allow-private fetches from it")
        return addresses


class _TimedStream(httpcore.NetworkStream):
    """A connection on which a byte now and then does not put off the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, clock: _Clock) -> None:
        self._inner, self._clock = inner, clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._clock.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._clock.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _TimedStream(self._inner.start_tls(ssl_context, server_hostname, self._clock.left(timeout)), self._clock)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
