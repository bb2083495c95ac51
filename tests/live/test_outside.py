"""The server as the world sees it: over TLS, behind nginx, against strange requests, on the network."""

import asyncio
import logging
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from lastlap.live.addresses import announced, lan_address, url_of
from lastlap.live.journal import Lines
from lastlap.live.qr import qr_svg, qr_terminal
from lastlap.live.server import Serving
from live.served import PATIENCE, PIN, Client, a_meet, free_port, served
from live.test_streams import eventually

ROOT = Path(__file__).resolve().parent.parent.parent


def needs(program: str) -> pytest.MarkDecorator:
    """Skips a test where a program is not installed, except in CI, where it has to be."""
    is_missing = shutil.which(program) is None and os.environ.get("CI") != "true"
    return pytest.mark.skipif(is_missing, reason=f"no {program} on the PATH")


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate of nobody's, for 127.0.0.1, and its key."""
    cert, key = tmp_path / "rink.crt", tmp_path / "rink.key"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ]
    command += ["-keyout", str(key), "-out", str(cert), "-days", "2", "-subj", "/CN=rink"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


@needs("openssl")
def test_over_tls_everything_works_and_the_cookie_is_secure(
    tmp_path: Path, certificate: tuple[Path, Path]
) -> None:
    """By the server's own certificate: pages, streams, and a cookie that goes over TLS alone."""
    cert, key = certificate
    trusted = ssl.create_default_context(cafile=str(cert))
    with served(
        a_meet(tmp_path / "night.meet"), serving=Serving("127.0.0.1", 0, cert=cert, key=key)
    ) as server:
        server.hall.accounts.add("Ada", PIN, "referee")
        client = Client(server.port, secure=trusted)
        answer = client.post("/api/sign-in", {"name": "Ada", "pin": PIN})
        assert "Secure" in answer.headers["Set-Cookie"]
        assert answer.headers["Strict-Transport-Security"]
        client.csrf = client.get("/api/me").json["csrf"]
        with client.stream("/api/races/w-sf1/stream") as events:
            events.next()
            client.say("w-sf1", {"type": "GunFired"}, query="?ago_us=0")
            assert events.next()["status"] == "running"


def the_example() -> str:
    """The example for nginx in the docs."""
    page = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
    (found,) = re.findall(r"^```nginx\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    return str(found)


@contextmanager
def nginx(folder: Path, to: int) -> Iterator[int]:
    """The example, before the server on port *to*; its own port."""
    port = free_port()
    block = the_example().replace("8443", str(port)).replace("8080", str(to))
    places = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    conf = folder / "nginx.conf"
    conf.write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;\nevents {{}}\n"
        f"http {{ access_log off;\n{places}\n{block} }}\n",
        encoding="utf-8",
    )
    with subprocess.Popen(
        [str(shutil.which("nginx")), "-p", str(folder), "-c", str(conf), "-e", f"{folder}/error.log"]
    ) as process:
        try:
            yield port
        finally:
            process.terminate()


@needs("nginx")
@needs("openssl")
def test_behind_nginx_streams_pass_at_once(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    """By the example of the docs: every frame comes through, and the server knows that it is TLS, and for whom."""
    trusted = ssl.create_default_context(cafile=str(certificate[0]))
    with served(a_meet(tmp_path / "night.meet")) as server, nginx(tmp_path, server.port) as port:
        server.hall.accounts.add("Ada", PIN, "referee")
        client = Client(port, secure=trusted)
        assert eventually(lambda: is_there(client), PATIENCE)
        answer = client.post("/api/sign-in", {"name": "Ada", "pin": PIN}, X_Forwarded_For="10.9.8.7")
        assert "Secure" in answer.headers["Set-Cookie"]
        assert "127.0.0.1" in server.hall.accounts.doings(1)[0].says
        client.csrf = client.get("/api/me").json["csrf"]
        made = client.post("/api/invites", {"role": "judge"}).json
        assert made["url"].startswith(f"https://127.0.0.1:{port}/join/")
        with client.stream("/api/races/w-sf1/stream") as events:
            events.next()
            for number in range(3):
                said = client.say("w-sf1", {"type": "NoteMade", "text": str(number)})
                assert events.next()["version"] == said.json["number"]


def is_there(client: Client) -> bool:
    """Whether somebody answers."""
    try:
        return client.get("/healthz").status == 200
    except OSError:
        return False


def test_a_proxy_elsewhere_is_not_believed(tmp_path: Path) -> None:
    """Whoever comes straight from the network cannot say that they are somebody else, or that it is TLS."""
    host = lan_address("0.0.0.0")  # noqa: S104 - asks for the address, listens nowhere
    if host.startswith("127."):
        pytest.skip("this machine is in no network")
    with served(a_meet(tmp_path / "night.meet"), serving=Serving(host, 0)) as server:
        server.hall.accounts.add("Ada", PIN, "referee")
        client = Client(server.port, host)
        forged = {"X_Forwarded_For": "10.9.8.7", "X_Forwarded_Proto": "https"}
        answer = client.post("/api/sign-in", {"name": "Ada", "pin": PIN}, **forged)
        assert "Secure" not in answer.headers["Set-Cookie"]
        assert host in server.hall.accounts.doings(1)[0].says


# Where it is found


def test_an_address_as_a_browser_wants_it() -> None:
    """With the port where it is not the usual one."""
    assert url_of("10.0.0.7", 8080, secure=False) == "http://10.0.0.7:8080"
    assert url_of("rink.example", 443, secure=True) == "https://rink.example"
    assert url_of("::1", 80, secure=False) == "http://[::1]"


def test_the_address_in_the_network() -> None:
    """One that was chosen stays; all of the machine is shown as one that others can reach."""
    assert lan_address("127.0.0.1") == "127.0.0.1"
    assert lan_address("rink.example") == "rink.example"
    assert lan_address("0.0.0.0") != "0.0.0.0"  # noqa: S104 - asks for the address, listens nowhere


def test_loopback_is_not_announced() -> None:
    """Nobody in the network is told of a server that they cannot reach."""

    async def name() -> str:
        async with announced("127.0.0.1", 8080, secure=False) as found:
            return found

    assert asyncio.run(name()) == ""


def test_a_qr_code_for_the_screen_and_for_the_terminal() -> None:
    """An SVG that scales and holds no style of its own; blocks that a phone reads."""
    assert 'style="' not in qr_svg("http://10.0.0.7/")
    assert qr_svg("http://10.0.0.7/").startswith("<svg")
    assert "▄" in qr_terminal("http://10.0.0.7/")


def test_the_servers_log_is_json() -> None:
    """One line for a thing, with its traceback if it has one."""
    record = logging.LogRecord("lastlap.live", logging.INFO, "", 0, "answered", (), None)
    record.fields = {"status": 200}
    line = msgspec.json.decode(Lines().format(record))
    assert (line["says"], line["status"], line["level"]) == ("answered", 200, "info")


# What cannot be


def refused(path: Path, *options: str) -> tuple[int, str]:
    """What `lastlap serve` says, and the code it leaves with."""
    command = [sys.executable, "-m", "lastlap", "serve", str(path), "--host", "127.0.0.1", *options]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    return run.returncode, run.stderr


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    """One sentence that says which, and no traceback."""
    path = a_meet(tmp_path / "night.meet")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, says = refused(path, "--port", port)
    assert code == 2
    assert says == (
        f"lastlap: nobody can listen on 127.0.0.1, port {port}: address already in use; choose another with --port\n"
    )


def test_a_certificate_that_is_none(tmp_path: Path) -> None:
    """Both files, and both of them right."""
    path, cert = a_meet(tmp_path / "night.meet"), tmp_path / "no.crt"
    assert refused(path, "--tls-cert", str(cert)) == (
        2,
        "lastlap: TLS takes both files: give --tls-cert and --tls-key\n",
    )
    code, says = refused(path, "--tls-cert", str(cert), "--tls-key", str(cert))
    assert (code, says.count("\n")) == (2, 1)
    assert "are no certificate with its key: no such file" in says


def test_a_meet_that_is_not_there(tmp_path: Path) -> None:
    """One sentence, and nothing is made."""
    code, says = refused(tmp_path / "no.meet")
    assert (code, says.count("\n")) == (2, 1)
    assert list(tmp_path.iterdir()) == []


def test_options_of_a_feed_that_is_not_wanted(tmp_path: Path) -> None:
    """Whoever forgets where the feed goes is told, and not served without it."""
    path = a_meet(tmp_path / "night.meet")
    assert refused(path, "--production") == (
        2,
        "lastlap: no feed is wanted: say with --odf DIR where it goes, or leave its options out\n",
    )
