"""Files of a conversation: up from the visitor, down to whoever holds a signed name."""

from __future__ import annotations

import hashlib
import re
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lanka.channels.base import Refused
from lanka.channels.chat import tokens
from lanka.channels.chat.doors import No, body_of, caller, line_of, slow_down
from lanka.core import pool
from lanka.core.files import sniff

PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})
# fmt: off
PROGRAMS: Final = frozenset({
    "exe", "dll", "com", "scr", "pif", "cpl", "msi", "msp", "msix", "appx", "bat", "cmd", "ps1", "psm1", "vbs", "vbe", "js", "jse",
    "mjs", "wsf", "wsh", "hta", "lnk", "url", "reg", "inf", "jar", "apk", "app", "dmg", "pkg", "iso", "img", "sh", "bash", "zsh",
    "command", "py", "pyc", "rb", "pl", "php", "html", "htm", "xhtml", "shtml", "mht", "mhtml", "svg", "svgz", "xml", "xsl", "xslt",
    "swf", "docm", "dotm", "xlsm", "xltm", "xlsb", "pptm", "potm", "ppam", "xll", "chm", "one", "desktop", "deb", "rpm", "run", "bin",
    "sys", "vhd", "vhdx",
})
# fmt: on
MAGIC: Final = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"#!",
    b"\x4c\x00\x00\x00\x01\x14\x02\x00",
)
MARKUP: Final = re.compile(rb"^\s*(<!doctype|<html|<head|<body|<script|<\?xml|<svg|<iframe)", re.I)
TYPES: Final = {"txt": "text/plain", "csv": "text/csv", "md": "text/markdown", "heic": "image/heic", "log": "text/plain"}
UNSAFE: Final = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]')


def safe_name(name: str) -> str:
    """The last part of the path, without what a disk or a reader could stumble over (also the marks that turn text around)."""
    name = UNSAFE.sub("_", name.replace("\\", "/").rpartition("/")[2]).strip(" .")
    stem, dot, ending = name.rpartition(".")
    return f"{stem[:100]}{dot}{ending[:10]}" if dot and stem else (name[:100] or "file")


def content_type_of(data: bytes, name: str) -> str:
    """By the bytes. Raises Refused for what could run on an agent's machine."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending in PROGRAMS or data.startswith(MAGIC):
        raise Refused("programs and scripts are not accepted")
    if MARKUP.match(data.removeprefix(b"\xef\xbb\xbf")[:512]):
        raise Refused("web pages are not accepted")
    found = sniff(data, TYPES.get(ending, ""), name)
    return found if re.fullmatch(r"[\w.+-]{1,60}/[\w.+-]{1,80}", found) else "application/octet-stream"


async def upload(request: Request) -> Response:
    """The raw bytes as the body, `?name=`. Answers with the signed name that a message then carries."""
    who = caller(request, "")
    if not who.settings.file_limit:
        raise No(403, "files", "this chat takes no files")
    slow_down("file", f"{who.line.id} {who.visitor}", 20)
    data = await body_of(request, who.settings.file_bytes)
    if not data:
        raise No(422, "empty", "the file is empty")
    name = safe_name(request.query_params.get("name", ""))
    try:
        kind = content_type_of(data, name)
    except Refused as error:
        raise No(415, "type", error.words) from error
    ref = tokens.FileRef(await keep(data, kind), name, kind, len(data))
    token = tokens.file_token(who.line.token, who.visitor, ref)
    return JSONResponse({"file": token, "name": name, "type": kind, "size": ref.size, "url": f"file/{token}"}, 201)


async def keep(data: bytes, content_type: str) -> str:
    """As `core.files.keep`, without the ORM."""
    digest = hashlib.sha256(data).hexdigest()
    sql = """INSERT INTO core_blob (sha256, size, content_type, data, stored_at) VALUES (%s, %s, %s, %s, now())
             ON CONFLICT (sha256) DO NOTHING"""
    async with pool.pool().connection() as on:
        await on.execute(sql, (digest, len(data), content_type[:120], data))
    return digest


async def download(request: Request) -> Response:
    """Pictures are shown, all else is saved; nothing in it can run in the page that shows it."""
    _, file = tokens.file_of(line_of(request).token, request.path_params["token"])
    async with pool.pool().connection() as on:
        found = await (await on.execute("SELECT data FROM core_blob WHERE sha256 = %s", (file.sha256,), binary=True)).fetchone()
    if found is None:
        raise No(404, "gone", "this file is no longer kept")
    shown = file.content_type in PICTURES
    headers = {
        "content-disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(file.name)}",
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "cross-origin",
        "cache-control": "private, max-age=31536000, immutable",
    }
    return Response(bytes(found[0]), 200, headers, file.content_type if shown else "application/octet-stream")
