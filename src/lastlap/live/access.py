"""Who comes to the door, and what of it is open to them."""

import hmac
from collections.abc import Mapping
from typing import Literal

import msgspec
from itsdangerous import BadSignature, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

from lastlap.live.accounts import SESSION, Accounts, Person
from lastlap.live.roles import ROLES, Role
from lastlap.times import SECOND

COOKIE = "lastlap"
CSRF_HEADER = "x-csrf"
_SAFE = ("GET", "HEAD")

Open = Literal["anyone", "spectators"] | frozenset[Role]
"""Who may: anyone at all; spectators, unless the organiser closes their pages to all who have not signed in; some roles."""

SIGNED_IN: frozenset[Role] = frozenset(ROLES)
"""Whoever has signed in."""


class Visitor(msgspec.Struct, frozen=True):
    """Somebody who asks."""

    person: Person | None = None
    token: str = ""
    """That of the session; `""` where there is none."""
    by_bearer: bool = False

    @property
    def role(self) -> Role | None:
        """What they are here; `None` for who has not signed in."""
        if self.by_bearer:
            return "referee"
        return self.person.role if self.person else None

    @property
    def by(self) -> str:
        """How the log names them."""
        if self.by_bearer:
            return "referee token"
        return f"{self.person.role} {self.person.name}" if self.person else ""


class Refused(Exception):  # noqa: N818 - said to the client, and nobody's mistake in the program
    """The door stays shut: the status, the sentence, and further headers."""

    def __init__(self, status: int, says: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(says)
        self.status = status
        self.says = says
        self.headers = headers


class Doorkeeper:
    """Knows visitors by their cookie or bearer token."""

    def __init__(self, accounts: Accounts, bearer: str) -> None:
        self.accounts = accounts
        self._bearer = bearer
        self._signer = URLSafeSerializer(accounts.key, salt="lastlap session")

    def visitor(self, request: Request) -> Visitor:
        """Who asks; nobody, if the cookie is forged, too old, or of a session that was ended."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            if self._bearer and hmac.compare_digest(token.strip().encode(), self._bearer.encode()):
                return Visitor(by_bearer=True)
            return Visitor()
        return self._by_cookie(request.cookies.get(COOKIE, ""))

    def _by_cookie(self, cookie: str) -> Visitor:
        try:
            token = self._signer.loads(cookie)
        except BadSignature:
            return Visitor()
        found = self.accounts.session(token) if isinstance(token, str) else None
        return Visitor(found.person, found.token) if found else Visitor()

    def admit(self, request: Request, visitor: Visitor, who: Open) -> None:
        """Raises `Refused` unless *visitor* may."""
        if visitor.token and request.method not in _SAFE:
            told = request.headers.get(CSRF_HEADER, "").encode()
            if not hmac.compare_digest(told, self.accounts.csrf(visitor.token).encode()):
                raise Refused(
                    403, "the request does not come from a page of ours: reload the page and try again"
                )
        if who == "anyone" or (who == "spectators" and (visitor.role or self.accounts.is_open)):
            return
        if visitor.role is None:
            raise Refused(401, "sign in first")
        if who != "spectators" and visitor.role not in who:
            raise Refused(403, f"that is not for a {visitor.role}: ask the referee")

    def let_in(self, request: Request, response: Response, person: Person) -> None:
        """Begins a session of *person*; the cookie goes with *response*."""
        token = self.accounts.begin(person)
        response.set_cookie(
            COOKIE,
            str(self._signer.dumps(token)),
            max_age=SESSION // SECOND,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )

    def let_out(self, visitor: Visitor, response: Response) -> None:
        """Ends the session of *visitor*."""
        self.accounts.end(visitor.token)
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")
