"""Sanitised HTML → text, for mails that say it in HTML only: lines, lists and quotes stay what they are."""

from __future__ import annotations

import re
from html import unescape

TOKEN = re.compile(r"<(/?)([a-z][a-z0-9]*)([^>]*)>|([^<]+)")
BLOCKS = {
    "address", "article", "aside", "blockquote", "caption", "center", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "footer",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tr", "ul",
}  # fmt: skip
APART = {"p", "blockquote", "pre", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "dl"}
HIDDEN = re.compile(r"display:\s*none", re.IGNORECASE)
ALT = re.compile(r' alt="([^"]{1,200})"')
SPACES = re.compile(r"[ \t\r\n\f]+")


def to_text(html: str) -> str:
    """`html` comes out of `sanitised`: well formed, no '>' inside attributes."""
    writer = _Writer()
    for token in TOKEN.finditer(html):
        if token[4] is not None:
            writer.text(token[4])
        elif token[1]:
            writer.close(token[2])
        else:
            writer.open(token[2], token[3])
    return writer.result()


class _Writer:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quotes = self.pre = 0
        self.hidden, self.hidden_tag = 0, ""
        self.blank = False  # a blank line is due before the next text

    def text(self, text: str) -> None:
        if self.hidden:
            return
        text = unescape(text).replace("\xa0", " ").replace("\u200c", "").replace("\u00ad", "").replace("\u034f", "")
        if self.pre:
            first, *more = text.replace("\r\n", "\n").split("\n")
            self.line.append(first)
            for line in more:
                self.end_line()
                self.line.append(line)
            return
        text = SPACES.sub(" ", text)
        if text != " " or self.line:
            self.line.append(text if self.line else text.lstrip())

    def open(self, tag: str, attributes: str) -> None:
        if self.hidden or (HIDDEN.search(attributes) and tag not in ("img", "br", "hr")):
            self.hidden_tag = self.hidden_tag or tag
            self.hidden += tag == self.hidden_tag
        elif tag == "br":
            self.end_line(always=True)
        elif tag == "hr":
            self.end_line()
            self.lines.append(self.prefix + "---")
        elif tag == "img" and (alt := ALT.search(attributes)):
            self.text(f"[{alt[1]}] ")
        elif tag in ("td", "th") and self.line:
            self.line.append(" ")
        if tag in BLOCKS and not self.hidden:
            self.block(tag)
            self.quotes += tag == "blockquote"
            self.pre += tag == "pre"
            if tag == "li":
                self.line.append("- ")

    def close(self, tag: str) -> None:
        if self.hidden:
            self.hidden -= tag == self.hidden_tag
            self.hidden_tag = self.hidden_tag if self.hidden else ""
        elif tag in BLOCKS:
            self.block(tag)
            self.quotes = max(0, self.quotes - (tag == "blockquote"))
            self.pre = max(0, self.pre - (tag == "pre"))

    @property
    def prefix(self) -> str:
        return ">" * min(self.quotes, 20) + " " if self.quotes else ""

    def block(self, tag: str) -> None:
        self.end_line()
        self.blank = self.blank or tag in APART

    def end_line(self, always: bool = False) -> None:
        text = "".join(self.line).rstrip()
        self.line = []
        if text.strip() and text != "- ":
            if self.blank and self.lines and self.lines[-1].strip("> "):
                inside = self.prefix and self.lines[-1].startswith(self.prefix)
                self.lines.append(self.prefix.strip() if inside else "")
            self.blank = False
            self.lines.append(self.prefix + text)
        elif always:
            self.lines.append(self.prefix.strip())

    def result(self) -> str:
        self.end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in self.lines)).strip("\n")
