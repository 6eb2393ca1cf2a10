"""Downloads against a server of our own that knows ranges, breaks off, and lies."""

import hashlib
import io
import sys
import threading
import types
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import torch

from hardy.errors import InputError, MissingExtraError
from hardy.models import ARCHITECTURES, build_model, published
from hardy.models.published import FILES, fetch_from_timm, fetch_published
from hardy.models.weights import read_weights, take_weights


class Server(ThreadingHTTPServer):
    """Gives one file at any address."""

    content = b""
    asked: list[str | None]
    breaks_after: int | None = None
    knows_ranges = True


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.server.asked.append(wanted)
        first = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and self.server.knows_ranges else 0
        if first and first >= len(self.server.content):
            self.send_error(416)
            return
        rest = self.server.content[first:]
        self.send_response(206 if first else 200)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        self.wfile.write(rest[: self.server.breaks_after])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def weights() -> bytes:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = ARCHITECTURES["resnet-18"].build(3, (64, 64), 1000, None, 0.0625)
    buffer = io.BytesIO()
    torch.save(network.state_dict(), buffer)
    return buffer.getvalue()


@pytest.fixture
def server(weights: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    running = Server(("127.0.0.1", 0), Handler)
    running.content, running.asked = weights, []
    monkeypatch.setenv("HARDY_WEIGHTS_URL", f"http://127.0.0.1:{running.server_address[1]}/models")
    monkeypatch.setenv("HARDY_CACHE", str(tmp_path / "cache"))
    name = f"resnet18-{hashlib.sha256(weights).hexdigest()[:8]}.pth"
    monkeypatch.setattr(published, "FILES", {**FILES, "resnet-18": name})
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


def test_it_is_fetched_once_and_fits(server: Server, weights: bytes, tmp_path: Path) -> None:
    path = fetch_published("resnet-18")
    assert path.read_bytes() == weights
    assert path.parent == tmp_path / "cache" / "weights"
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert fetch_published("resnet-18") == path
    assert server.asked == [None]
    network = ARCHITECTURES["resnet-18"].build(3, (64, 64), 4, None, 0.0625)
    assert "made anew" in take_weights(network, path, "resnet-18")[1]


def test_a_download_that_broke_off_goes_on(server: Server, weights: bytes) -> None:
    server.breaks_after = 1000
    with pytest.raises(InputError, match="cannot fetch http.*the same line goes on"):
        fetch_published("resnet-18")
    server.breaks_after = None
    assert fetch_published("resnet-18").read_bytes() == weights
    assert server.asked == [None, "bytes=1000-"]


def test_a_server_without_ranges_begins_anew(server: Server, weights: bytes) -> None:
    server.breaks_after = 1000
    with pytest.raises(InputError):
        fetch_published("resnet-18")
    server.breaks_after, server.knows_ranges = None, False
    assert fetch_published("resnet-18").read_bytes() == weights


def test_a_whole_part_is_only_renamed(server: Server, weights: bytes) -> None:
    path = fetch_published("resnet-18")
    path.rename(path.with_name(f"{path.name}.part"))
    assert fetch_published("resnet-18").read_bytes() == weights
    assert server.asked == [None, f"bytes={len(weights)}-"]


def test_another_file_under_the_name_is_refused_and_not_kept(server: Server, tmp_path: Path) -> None:
    server.content = server.content[:-1] + b"?"
    with pytest.raises(InputError, match="is not the file of that name"):
        fetch_published("resnet-18")
    assert list((tmp_path / "cache" / "weights").iterdir()) == []


def test_a_damaged_file_in_the_cache_is_fetched_again(server: Server, weights: bytes) -> None:
    path = fetch_published("resnet-18")
    path.write_bytes(weights[:100])
    assert fetch_published("resnet-18").read_bytes() == weights


def test_without_a_network_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARDY_CACHE", str(tmp_path))
    monkeypatch.setenv("HARDY_WEIGHTS_URL", "http://127.0.0.1:9")
    with pytest.raises(InputError, match="fetch it elsewhere and take --weights resnet18-"):
        fetch_published("resnet-18")


def test_every_file_is_of_a_model_and_carries_a_hash() -> None:
    assert set(FILES) <= set(ARCHITECTURES)
    for file in FILES.values():
        digits = Path(file).stem.rsplit("-", 1)[1]
        assert len(digits) == 8 and int(digits, 16) >= 0
    with pytest.raises(InputError, match="for lenet-5; there are for alexnet"):
        fetch_published("lenet-5")


def test_timm_is_asked_where_it_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARDY_CACHE", str(tmp_path))
    monkeypatch.setitem(sys.modules, "timm", None)
    with pytest.raises(MissingExtraError, match="pip install timm"):
        fetch_from_timm("some/lenet")
    network = build_model("lenet-5", 1, (17, 13), 3)
    calls = []

    def create_model(name: str, pretrained: bool) -> torch.nn.Module:
        calls.append((name, pretrained))
        if name != "some/lenet":
            raise RuntimeError("unknown model")
        return network

    monkeypatch.setitem(sys.modules, "timm", types.SimpleNamespace(create_model=create_model))
    path = fetch_from_timm("some/lenet")
    assert fetch_from_timm("some/lenet") == path and calls == [("some/lenet", True)]
    assert all(torch.equal(tensor, network.state_dict()[name]) for name, tensor in read_weights(path).items())
    with pytest.raises(InputError, match="timm cannot give other: unknown model"):
        fetch_from_timm("other")
