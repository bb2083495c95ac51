"""Where the server can be found: its addresses in the hall's network, and its name by mDNS."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address

_ANYWHERE = ("192.0.2.1", 9)
"""An address of nobody (RFC 5737): a datagram socket that is connected to it has sent nothing."""


def lan_address(host: str) -> str:
    """The address that others in the same network reach *host* by; loopback if there is no network."""
    if not ip_address(host).is_unspecified if _is_ip(host) else True:
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as looking:
        try:
            looking.connect(_ANYWHERE)
            return str(looking.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def url_of(host: str, port: int, *, secure: bool) -> str:
    """The address of the server as a browser wants it."""
    scheme, usual = ("https", 443) if secure else ("http", 80)
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}" + ("" if port == usual else f":{port}")


@asynccontextmanager
async def announced(host: str, port: int, *, secure: bool) -> AsyncIterator[str]:
    """Tells the network of the server by mDNS for as long as the `async with` lasts.

    Gives the name by which it can be found; `""` if zeroconf is not installed, or *host* is loopback.
    """
    if not _is_ip(host) or ip_address(host).is_loopback:
        yield ""
        return
    try:
        from zeroconf import IPVersion  # noqa: PLC0415 - an extra that need not be installed
        from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf  # noqa: PLC0415
    except ImportError:
        yield ""
        return
    kind = "_https._tcp.local." if secure else "_http._tcp.local."
    name = "lastlap.local"
    service = AsyncServiceInfo(kind, f"lastlap.{kind}", parsed_addresses=[host], port=port, server=f"{name}.")
    try:
        zeroconf = AsyncZeroconf(interfaces=[host], ip_version=IPVersion.V4Only)
    except OSError:
        yield ""
        return
    try:
        await zeroconf.async_register_service(service, allow_name_change=True)
        yield name
    finally:
        await zeroconf.async_unregister_all_services()
        await zeroconf.async_close()
