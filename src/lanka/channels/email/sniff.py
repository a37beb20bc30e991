"""What a file really is, by its first bytes: the label is only asked where the bytes do not tell."""

from __future__ import annotations

import mimetypes

MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-elf"),
    (b"PK\x03\x04", "application/zip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf'\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"{\\rtf", "application/rtf"),
)
ACTIVE = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml")
VAGUE = {
    "application/octet-stream",
    "application/unknown",
    "application/binary",
    "application/x-unknown",
    "binary/octet-stream",
    "file/unknown",
}
BOXES = {"application/zip", "application/x-ole-storage", "application/gzip"}  # office files and many others lie in these
SAME = {"image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "image/x-png": "image/png", "application/x-pdf": "application/pdf"}


def magic(data: bytes) -> str:
    start = data[:16]
    for mark, kind in MAGIC:
        if start.startswith(mark):
            return kind
    if start[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return "image/heic" if data[8:12] in (b"heic", b"heix", b"mif1") else "video/mp4"
    head = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(ACTIVE):
        return "image/svg+xml" if b"<svg" in data[:1000].lower() else "text/html" if not head.startswith(b"<?xml") else "text/xml"
    return ""


def sniffed(data: bytes, declared: str, name: str = "") -> str:
    """The declared type where the bytes agree or do not tell; a program that calls itself a picture is a program."""
    declared = SAME.get(declared, declared)[:120]
    seen = magic(data)
    if declared in VAGUE and (not seen or seen in BOXES) and (named := mimetypes.guess_type(name)[0]):
        return named
    if not seen or (seen in BOXES and declared not in VAGUE and not declared.startswith(("image/", "text/"))):
        return declared
    if declared in VAGUE:
        return seen
    if declared.startswith(("image/", "application/pdf", "audio/", "video/")) and seen not in (declared, "text/xml"):
        return seen
    return declared
