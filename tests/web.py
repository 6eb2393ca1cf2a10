"""A web server on this machine that misbehaves on request."""

import contextlib
import http.server
import threading
from collections import Counter
from collections.abc import Callable, Iterator

Page = bytes | Callable[["Request"], None]


class Request(http.server.BaseHTTPRequestHandler):
    """One request; `server.pages` says what is answered, `server.asked` how often each path was asked for."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_GET(self) -> None:
        with self.server.lock:
            self.server.asked[self.path] += 1
            self.server.hosts.append(self.headers["Host"])
        page = self.server.pages.get(self.path)
        with contextlib.suppress(OSError):  # the client may hang up, which is what some tests want
            if page is None:
                self.answer(b"not here", 404, "text/plain")
            elif callable(page):
                page(self)
            else:
                self.answer(page)

    def answer(self, body: bytes, status: int = 200, kind: str = "image/png", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def redirect(self, location: str, status: int = 302) -> None:
        self.answer(b"", status, Location=location)

    @property
    def times(self) -> int:
        """How often this path has been asked for, this time included."""
        return self.server.asked[self.path]

    def log_message(self, format: str, *args: object) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.pages: dict[str, Page] = {}
        self.asked: Counter[str] = Counter()
        self.hosts: list[str] = []
        self.lock = threading.Lock()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server_port}{path}"

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
