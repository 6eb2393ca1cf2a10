import builtins
import gzip
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpcore
import pytest

from hardy.errors import DecodeError, InputError, MissingExtraError
from hardy.files import hash_bytes
from hardy.sources.remote import Fetcher, _pause
from hardy.sources.remote_cache import Failure
from hardy.sources.remote_limits import Limits
from tests.builders import encoded, pixels
from tests.web import Request, Server, serving

PICTURE = encoded(pixels())
QUICK = Limits(connect_s=20, read_s=20, total_s=60, max_bytes=100_000, attempts=3, backoff_s=0.001)


@pytest.fixture
def web() -> Iterator[Server]:
    with serving() as server:
        yield server


def fetcher(tmp_path: Path, **changes) -> Fetcher:
    return Fetcher(**({"folder": tmp_path / "cache", "allow_private": True, "limits": QUICK} | changes))


def reason(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(DecodeError) as caught:
        fetcher.fetch(url)
    return str(caught.value)


def test_fetched_once_and_kept(web: Server, tmp_path: Path) -> None:
    web.pages["/a.png"] = PICTURE
    assert fetcher(tmp_path).fetch(web.url("/a.png")) == PICTURE
    assert fetcher(tmp_path).fetch(web.url("/a.png")) == PICTURE
    assert web.asked["/a.png"] == 1
    assert not list(tmp_path.rglob("*.partial"))


def test_the_cache_goes_where_hardy_keeps_its_caches(web: Server, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("HARDY_CACHE", str(tmp_path / "own"))
    web.pages["/a.png"] = PICTURE
    Fetcher(allow_private=True).fetch(web.url("/a.png"))
    name = hash_bytes(web.url("/a.png").encode())
    assert (tmp_path / "own" / "remote" / name[:2] / name).read_bytes().endswith(PICTURE)


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "other url's partial"])
def test_a_damaged_cache_is_fetched_again(web: Server, tmp_path: Path, damage: str) -> None:
    web.pages["/a.png"] = PICTURE
    fetcher(tmp_path).fetch(web.url("/a.png"))
    (file,) = (path for path in (tmp_path / "cache").rglob("*") if path.is_file())
    whole = file.read_bytes()
    if damage == "other url's partial":  # a run killed while writing
        file.with_name(file.name + ".partial").write_bytes(whole[:9])
        file.unlink()
    else:
        file.write_bytes({"cut": whole[:-3], "changed": whole[:-1] + b"?", "empty": b""}[damage])
    assert fetcher(tmp_path).fetch(web.url("/a.png")) == PICTURE
    assert web.asked["/a.png"] == 2
    assert file.read_bytes() == whole


def test_a_cache_that_cannot_be_written_costs_time_only(web: Server, tmp_path: Path) -> None:
    web.pages["/a.png"] = PICTURE
    (tmp_path / "file").write_text("in the way")
    own = fetcher(tmp_path, folder=tmp_path / "file")
    assert own.fetch(web.url("/a.png")) == own.fetch(web.url("/a.png")) == PICTURE
    assert "404" in reason(own, web.url("/b.png"))


def test_one_404_is_named_listed_and_alone_tried_again_by_the_next_run(web: Server, tmp_path: Path) -> None:
    web.pages |= {"/a.png": PICTURE, "/c.png": PICTURE}
    urls = [web.url(f"/{name}.png") for name in "abc"]
    first = fetcher(tmp_path)
    expected = [Failure(urls[1], "the server answered 404 Not Found")]
    assert first.fetch_all(urls) == first.failures() == first.earlier_failures() == expected
    assert "404" in reason(first, urls[1])
    assert web.asked["/b.png"] == 1  # a permanent failure is asked for once
    web.pages["/b.png"] = PICTURE
    assert first.fetch_all(urls) == first.failures() == fetcher(tmp_path).earlier_failures() == []
    assert web.asked == {"/a.png": 1, "/b.png": 2, "/c.png": 1}


def test_what_may_pass_is_tried_again_after_growing_pauses(web: Server, tmp_path: Path) -> None:
    def page(request: Request) -> None:
        request.answer(PICTURE if request.times == 3 else b"", 200 if request.times == 3 else 503)

    web.pages["/a.png"] = page
    pauses: list[float] = []
    assert fetcher(tmp_path, sleep=pauses.append).fetch(web.url("/a.png")) == PICTURE
    assert len(pauses) == 2 and 0.0005 <= pauses[0] <= 0.001 <= pauses[1] <= 0.002


def test_the_server_may_ask_for_a_longer_pause(web: Server, tmp_path: Path) -> None:
    web.pages["/a.png"] = lambda request: request.answer(b"", 429, Retry_After="3")
    pauses: list[float] = []
    assert "429 Too Many Requests (tried 3 times)" in reason(fetcher(tmp_path, sleep=pauses.append), web.url("/a.png"))
    assert pauses == [3, 3]


def test_jitter_is_drawn_from_the_url() -> None:
    assert _pause("http://a", 1, 1.0) == _pause("http://a", 1, 1.0) != _pause("http://b", 1, 1.0)
    assert all(0.5 * 2**n <= _pause("http://a", n + 1, 1.0) <= 2**n for n in range(6))


@pytest.mark.parametrize("kind", ["silent", "drips", "drips in the head"])
def test_a_slow_server_is_left_in_time(web: Server, tmp_path: Path, kind: str) -> None:
    gone = threading.Event()

    def page(request: Request) -> None:
        if kind == "drips":
            request.answer(PICTURE[:20], Content_Length="1000")
        while not gone.wait(0.05):
            if kind != "silent":
                request.wfile.write(b"x")

    web.pages["/a.png"] = page
    limits = replace(QUICK, total_s=0.6, read_s=0.3)
    start = time.monotonic()
    assert "slow" in reason(fetcher(tmp_path, limits=limits), web.url("/a.png"))
    assert time.monotonic() - start < 2
    gone.set()


@pytest.mark.parametrize("announced", [True, False])
def test_a_huge_body_is_left_at_the_limit(web: Server, tmp_path: Path, announced: bool) -> None:
    sent = 0

    def page(request: Request) -> None:
        nonlocal sent
        request.send_response(200)
        if announced:
            request.send_header("Content-Length", str(10**12))
        else:
            request.close_connection = True
        request.end_headers()
        request.wfile.write(PICTURE)
        for _ in range(2000):
            sent += request.wfile.write(bytes(100_000))

    web.pages["/a.png"] = page
    assert "larger than the limit of 100,000 bytes" in reason(fetcher(tmp_path), web.url("/a.png"))
    assert sent < 20_000_000  # what fits into the system's buffers on the way


def test_a_bomb_is_not_unpacked(web: Server, tmp_path: Path) -> None:
    bomb = gzip.compress(PICTURE + bytes(50_000_000))
    assert len(bomb) < QUICK.max_bytes
    web.pages["/bomb.png"] = lambda request: request.answer(bomb, Content_Encoding="gzip")
    web.pages["/fine.png"] = lambda request: request.answer(gzip.compress(PICTURE), Content_Encoding="gzip")
    web.pages["/odd.png"] = lambda request: request.answer(b"?", Content_Encoding="br")
    web.pages["/broken.png"] = lambda request: request.answer(b"?????", Content_Encoding="gzip")
    own = fetcher(tmp_path)
    assert "limit" in reason(own, web.url("/bomb.png"))
    assert own.fetch(web.url("/fine.png")) == PICTURE
    assert "'br', which is not read" in reason(own, web.url("/odd.png"))
    assert "compression is damaged" in reason(own, web.url("/broken.png"))


def test_content_is_judged_by_its_bytes(web: Server, tmp_path: Path) -> None:
    web.pages["/page.png"] = b"<!DOCTYPE html><title>Sign in</title>"
    web.pages["/a.html"] = lambda request: request.answer(PICTURE, kind="text/html")
    web.pages["/empty.png"] = b""
    own = fetcher(tmp_path)
    assert own.fetch(web.url("/a.html")) == PICTURE
    assert "no picture" in reason(own, web.url("/page.png")) and web.asked["/page.png"] == 1
    assert "sent nothing" in reason(own, web.url("/empty.png"))


def test_a_body_cut_short_is_noticed_tried_again_and_not_kept(web: Server, tmp_path: Path) -> None:
    def page(request: Request) -> None:
        request.close_connection = True
        request.answer(PICTURE[:-9], Content_Length=str(len(PICTURE)))

    web.pages["/a.png"] = page
    assert "cut short" in reason(fetcher(tmp_path), web.url("/a.png"))
    assert web.asked["/a.png"] == QUICK.attempts
    web.pages["/a.png"] = PICTURE
    assert fetcher(tmp_path).fetch(web.url("/a.png")) == PICTURE


def test_a_body_of_unknown_length_is_not_kept(web: Server, tmp_path: Path) -> None:
    def page(request: Request) -> None:
        request.send_response(200)
        request.close_connection = True
        request.end_headers()
        request.wfile.write(PICTURE[:-9])

    web.pages["/a.png"] = page
    own = fetcher(tmp_path)
    assert own.fetch(web.url("/a.png")) == own.fetch(web.url("/a.png")) == PICTURE[:-9]
    assert web.asked["/a.png"] == 2


def test_redirects_are_followed_five_times(web: Server, tmp_path: Path) -> None:
    for hop in range(6):
        web.pages[f"/{hop}"] = lambda request, hop=hop: request.redirect(
            f"../{hop + 1}", (301, 302, 303, 307, 308)[hop % 5]
        )
    web.pages["/6"] = PICTURE
    own = fetcher(tmp_path)
    assert own.fetch(web.url("/1")) == PICTURE
    assert "redirects more than 5 times" in reason(own, web.url("/0"))
    web.pages["/loop"] = lambda request: request.redirect("/loop")
    assert "redirects more than 5 times" in reason(own, web.url("/loop"))
    assert web.asked["/loop"] == 6


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("file:///etc/passwd", "only http and https"),
        ("ftp://127.0.0.1/a.png", "only http and https"),
        ("http://user:secret@127.0.0.1/a.png", "name or password"),
        ("http://[::1", "no URL"),
        ("http:///a.png", ""),
    ],
)
def test_every_redirect_is_looked_at(web: Server, tmp_path: Path, location: str, message: str) -> None:
    web.pages["/a.png"] = lambda request: request.redirect(location)
    found = reason(fetcher(tmp_path), web.url("/a.png"))
    assert message in found and "secret" not in found


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://user:secret@example.org/a.png", "name or password"),
        ("gopher://example.org/", "only http and https"),
        ("http://[::1/", "no URL"),
        ("nonsense", "only http and https"),
        ("http://", "names no host"),
        ("http://example.org:99999/", ""),
        ("http://" + "a" * 300 + ".org/", ""),
    ],
)
def test_urls_that_are_not_fetched(tmp_path: Path, url: str, message: str) -> None:
    def nowhere(host: str, port: int) -> list[str]:
        raise OSError("not asked")

    found = reason(fetcher(tmp_path, resolve=nowhere), url)
    assert message in found and "secret" not in found


def test_private_addresses_are_refused_unless_allowed(web: Server, tmp_path: Path) -> None:
    web.pages["/a.png"] = PICTURE
    strict = fetcher(tmp_path, allow_private=False)
    assert "loopback address; --allow-private" in reason(strict, web.url("/a.png"))
    assert "loopback address" in reason(strict, web.url("/a.png", host="localhost"))
    assert not web.asked
    assert fetcher(tmp_path).fetch(web.url("/a.png", host="localhost")) == PICTURE


@pytest.mark.parametrize(
    "addresses", [["10.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::ffff:192.168.0.1"], ["fe80::1%1"]]
)
def test_one_private_address_among_several_is_enough(tmp_path: Path, addresses: list[str]) -> None:
    own = fetcher(tmp_path, allow_private=False, resolve=lambda host, port: addresses)
    assert "--allow-private" in reason(own, "http://example.org/a.png")


def test_a_redirect_to_a_private_address_is_refused(web: Server, tmp_path: Path, monkeypatch) -> None:
    """The public host is played by this machine: only the name `inside` is private."""
    monkeypatch.setattr(
        "hardy.sources.remote_connection.refusal",
        lambda address: None if address == "127.0.0.1" else "a private address",
    )
    web.pages["/a.png"] = lambda request: request.redirect(web.url("/secret.png", host="inside"))
    web.pages["/secret.png"] = PICTURE
    own = fetcher(
        tmp_path,
        allow_private=False,
        resolve=lambda host, port: ["127.0.0.2" if host == "inside" else "127.0.0.1"],
    )
    assert "'inside' has a private address" in reason(own, web.url("/a.png", host="outside"))
    assert web.asked == {"/a.png": 1}


def test_a_name_that_changes_its_address_is_never_asked_twice(web: Server, tmp_path: Path, monkeypatch) -> None:
    """DNS rebinding: the first answer is looked at and connected to; a second would be another."""
    answers = ["127.0.0.1", "10.0.0.1", "10.0.0.1"]
    monkeypatch.setattr(
        "hardy.sources.remote_connection.refusal",
        lambda address: None if address == "127.0.0.1" else "a private address",
    )
    web.pages["/a.png"] = PICTURE
    own = fetcher(tmp_path, allow_private=False, resolve=lambda host, port: [answers.pop(0)])
    assert own.fetch(web.url("/a.png", host="rebinding.example")) == PICTURE
    assert len(answers) == 2
    assert web.hosts == [f"rebinding.example:{web.server_port}"]  # the name stays in the request


def test_tls_is_asked_for_the_name_and_connected_to_the_address(tmp_path: Path, monkeypatch) -> None:
    seen: list[object] = []

    class Stream(httpcore.NetworkStream):
        def start_tls(self, ssl_context, server_hostname=None, timeout=None):
            seen.extend([server_hostname, ssl_context.check_hostname])
            error = ssl.SSLCertVerificationError(1, "self-signed")
            raise httpcore.ConnectError(error)

        def close(self) -> None:
            pass

    def connect(self, host, port, *others):
        seen.append((host, port))
        return Stream()

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    own = fetcher(tmp_path, allow_private=False, resolve=lambda host, port: ["93.184.216.34"])
    assert "certificate" in reason(own, "https://example.org/a.png")
    assert seen == [("93.184.216.34", 443), "example.org", True]  # and not tried again


def test_a_second_address_is_tried(web: Server, tmp_path: Path) -> None:
    web.pages["/a.png"] = PICTURE
    own = fetcher(tmp_path, resolve=lambda host, port: ["::1", "127.0.0.1"])
    assert own.fetch(web.url("/a.png", host="example.org")) == PICTURE


def test_a_dead_host_is_given_up_after_three_pictures(tmp_path: Path) -> None:
    asked: list[str] = []

    def dead(host: str, port: int) -> list[str]:
        asked.append(host)
        raise OSError("no network")

    own = fetcher(tmp_path, resolve=dead)
    failures = own.fetch_all([f"http://example.org/{number}.png" for number in range(20)], threads=1)
    assert len(failures) == 20 and len(asked) == 3 * QUICK.attempts
    assert "could not be reached for 3 other pictures" in failures[-1].reason
    own.fetch_all(["http://example.org/0.png"])
    assert len(asked) == 4 * QUICK.attempts  # asked for anew, so tried anew


def test_proxies_and_netrc_are_not_used(web: Server, tmp_path: Path, monkeypatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    web.pages["/a.png"] = PICTURE
    assert fetcher(tmp_path).fetch(web.url("/a.png")) == PICTURE


def test_many_threads_fetch_many_pictures_once_each(web: Server, tmp_path: Path) -> None:
    waiting = threading.Barrier(64, timeout=60)

    def page(request: Request) -> None:
        waiting.wait()  # passes only when all are under way at once: no URL waits for another
        request.answer(PICTURE)

    web.pages |= {f"/{number}.png": page for number in range(128)}
    urls = [web.url(f"/{number % 128}.png") for number in range(256)]
    assert fetcher(tmp_path, limits=QUICK).fetch_all(urls, threads=64) == []
    assert set(web.asked.values()) == {1} and len(web.asked) == 128


def test_one_picture_from_many_threads(web: Server, tmp_path: Path) -> None:
    web.pages["/a.png"] = PICTURE
    own = fetcher(tmp_path)
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(own.fetch(web.url("/a.png")))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [PICTURE] * 12 and web.asked["/a.png"] == 1


def test_without_httpx_the_line_that_installs_it_is_named(tmp_path: Path, monkeypatch) -> None:
    real = builtins.__import__

    def missing(name: str, *args, **options):
        if name == "hardy.sources.remote_connection":
            raise ModuleNotFoundError("No module named 'httpx'")
        return real(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(MissingExtraError, match=r"pip install 'hardy\[remote\]'"):
        fetcher(tmp_path).fetch("http://example.org/a.png")


def test_limits_are_positive() -> None:
    with pytest.raises(InputError, match="positive"):
        Limits(total_s=0)
