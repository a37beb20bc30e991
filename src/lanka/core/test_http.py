import gzip
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from lanka.core import addresses, http


class Provider(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("location", "http://169.254.169.254/latest/meta-data/")
            self.end_headers()
            return
        body = {"/long": b"x" * 5000, "/bomb": gzip.compress(b"0" * 100_000)}.get(self.path, self.headers["host"].encode())
        self.send_response(200)
        if self.path == "/bomb":
            self.send_header("content-encoding", "gzip")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def port():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def private(monkeypatch):
    monkeypatch.setenv("LANKA_ALLOW_PRIVATE", "1")


@pytest.fixture
def public_only(monkeypatch):
    monkeypatch.setattr("lanka.config.DEMO", False)
    monkeypatch.delenv("LANKA_ALLOW_PRIVATE", raising=False)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "10.1.2.3", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "224.0.0.1", "2130706433"]
)
def test_an_address_of_this_machine_or_network_is_refused(public_only, host, port):
    with http.client(timeout=2) as client, pytest.raises(addresses.PrivateAddress):
        client.get(f"http://{host}:{port}/")


def test_the_towns_providers_may_be_called(private, port):
    with http.client(base_url=f"http://127.0.0.1:{port}") as client:
        assert client.get("/").text == f"127.0.0.1:{port}"


def test_a_name_that_changes_its_mind_gains_nothing(public_only, monkeypatch):
    """Public when it is looked at, private a moment later: the connection goes to what was looked at."""
    answers = iter(["93.184.216.34", "127.0.0.1", "127.0.0.1"])
    tried = []

    def resolve(host, port, *args, **kwargs):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(self, host, port, *args, **kwargs):
        tried.append(host)
        raise http.httpcore.ConnectError("no network here")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(http.httpcore.SyncBackend, "connect_tcp", connect)
    with http.client() as client, pytest.raises(httpx.ConnectError):
        client.get("http://rebind.example/")
    assert tried == ["93.184.216.34"]


def test_a_redirect_passes_the_same_guard(private, monkeypatch, port):
    real = addresses.allowed

    def only_the_provider(host, port=None):
        monkeypatch.setattr(addresses, "private_allowed", lambda: host == "127.0.0.1")
        return real(host, port)

    monkeypatch.setattr(addresses, "allowed", only_the_provider)
    with http.client(base_url=f"http://127.0.0.1:{port}") as client:
        assert client.get("/moved").status_code == 302
        with pytest.raises(addresses.PrivateAddress):
            client.get("/moved", follow_redirects=True)


def test_long_answers_and_bombs_are_cut(private, port):
    with http.client(base_url=f"http://127.0.0.1:{port}", limit=4000) as client:
        with pytest.raises(http.TooLarge):
            client.get("/long")
        with pytest.raises(httpx.DecodingError):
            client.get("/bomb")


def test_the_environments_proxy_does_not_lead_around_the_guard(public_only, monkeypatch, port):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
    with http.client(timeout=2) as client, pytest.raises(addresses.PrivateAddress):
        client.get("http://127.0.0.1/")


def test_an_unknown_name_is_a_connect_error(private):
    with http.client(timeout=2) as client, pytest.raises(httpx.ConnectError):
        client.get("http://nobody.invalid/")


async def test_the_asynchronous_client_has_the_same_guard(private, monkeypatch, port):
    async with http.async_client(base_url=f"http://127.0.0.1:{port}", limit=4000) as client:
        assert (await client.get("/")).text == f"127.0.0.1:{port}"
        with pytest.raises(http.TooLarge):
            await client.get("/long")
        with pytest.raises(httpx.DecodingError):
            await client.get("/bomb")
    monkeypatch.setattr(addresses, "private_allowed", lambda: False)
    async with http.async_client() as client:
        with pytest.raises(addresses.PrivateAddress):
            await client.get(f"http://127.0.0.1:{port}/")


def test_a_secret_in_an_address_is_not_logged(private, port, caplog):
    with caplog.at_level("INFO"), http.client(base_url=f"http://127.0.0.1:{port}") as client:
        client.get("/bot123:hush/getMe")
    assert "hush" not in caplog.text
