"""A tiny OpenID Connect provider on loopback: discovery, a page with a button, token with a signed id token, keys, userinfo.

It insists on what a real one insists on: the registered client and its secret, the redirect address, PKCE, a code that works once.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "lanka-desk", "a secret of the operator"


@dataclass
class Provider:
    """Who sits before the browser is `claims`; a test changes it."""

    claims: dict[str, Any] = field(default_factory=dict)
    url: str = ""
    up: bool = True
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048))
    asked: list[str] = field(default_factory=list)

    def discovery(self) -> dict[str, Any]:
        ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            **{f"{name}_endpoint": f"{self.url}/{path}" for name, path in ends.items()},
        }

    def keys(self) -> dict[str, Any]:
        return {"keys": [{**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key())), "kid": "one", "alg": "RS256"}]}

    def page(self, query: dict[str, str]) -> str:
        """What the person sees: who they are here, and a link that says yes."""
        assert query["client_id"] == CLIENT and query["response_type"] == "code" and "openid" in query["scope"].split()
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self.codes[code] = query
        back = escape(f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}")
        return f"<!doctype html><html lang=en><title>Company</title><h1>Company sign-in</h1><a href='{back}'>Yes, it is me</a>"

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any]:
        assert base64.b64decode(authorization.removeprefix("Basic ")).decode() == f"{CLIENT}:{SECRET}"
        asked = self.codes.pop(form["code"])
        proof = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        assert proof == asked["code_challenge"] and form["redirect_uri"] == asked["redirect_uri"]
        access, now = secrets.token_urlsafe(), int(time.time())
        self.tokens[access] = self.claims
        body = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60, "sub": self.claims["sub"]}
        signed = jwt.encode(body, self.key, algorithm="RS256", headers={"kid": "one"})
        return {"access_token": access, "token_type": "Bearer", "expires_in": 60, "id_token": signed}

    def answer(self, path: str, query: dict[str, str], form: dict[str, str], authorization: str) -> Any:
        self.asked.append(path)
        if path == "/authorize":
            return self.page(query)
        if path == "/token":
            return self.token(form, authorization)
        if path == "/userinfo":
            return self.tokens[authorization.removeprefix("Bearer ")]
        return {"/.well-known/openid-configuration": self.discovery, "/jwks": self.keys}[path]()


def handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply({})

        def do_POST(self) -> None:
            self.reply(plain(self.rfile.read(int(self.headers["content-length"])).decode()))

        def reply(self, form: dict[str, str]) -> None:
            where = urlsplit(self.path)
            try:
                assert provider.up
                said = provider.answer(where.path, plain(where.query), form, self.headers.get("authorization", ""))
                status = 200
            except (AssertionError, KeyError) as error:
                said, status = {"error": "invalid_request", "error_description": repr(error)}, 400
            html = isinstance(said, str)
            data = (said if html else json.dumps(said)).encode()
            self.send_response(status)
            self.send_header("content-type", "text/html; charset=utf-8" if html else "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_words: object) -> None:
            pass

    return Handler


def plain(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


@contextmanager
def provider() -> Iterator[Provider]:
    made = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(made))
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join(5)
