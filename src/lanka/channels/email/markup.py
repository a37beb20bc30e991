"""A stranger's HTML → HTML that may be shown in a sandboxed frame: nothing runs, nothing loads, nothing covers the desk.

Pictures from the net keep their address in `data-src`: the frame loads them when the reader asks for it. `cid:` pictures of the
mail itself keep their `src`; whoever shows them puts the file's own address there.
"""

from __future__ import annotations

import re
from html import escape, unescape

import nh3

TAGS = (
    "a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn div dl dt em"
    " figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q rp rt ruby s samp section"
    " small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr"
)
GONE = {"script", "style", "title", "head", "object", "embed", "applet", "iframe", "noscript", "template", "svg", "math", "select"}
ATTRIBUTES = {
    "*": {"style", "dir", "lang", "title", "align", "valign"},
    "a": {"href", "name"},
    "img": {"src", "alt", "width", "height"},
    "blockquote": {"type", "cite"},
    "table": {"width", "border", "cellpadding", "cellspacing", "bgcolor", "summary"},
    "tr": {"bgcolor", "height"},
    "td": {"width", "height", "colspan", "rowspan", "bgcolor", "nowrap"},
    "th": {"width", "height", "colspan", "rowspan", "bgcolor", "scope"},
    "col": {"width", "span"},
    "font": {"color", "face", "size"},
    "ol": {"start", "type"},
    "ul": {"type"},
    "li": {"value"},
    "hr": {"width", "size", "color"},
}
STYLES = (
    "color background-color background font font-family font-size font-style font-weight font-variant line-height letter-spacing"
    " text-align text-decoration text-indent text-transform vertical-align white-space word-break overflow-wrap word-spacing"
    " width height max-width min-width max-height padding padding-top padding-right padding-bottom padding-left"
    " margin margin-top margin-right margin-bottom margin-left display border border-top border-right border-bottom border-left"
    " border-color border-style border-width border-collapse border-spacing border-radius list-style-type table-layout direction"
)
QUOTES = {"gmail_quote", "gmail_quote_container", "gmail_attr", "gmail_signature", "moz-cite-prefix", "yahoo_quoted"}
LINK = re.compile(r"\s*(https?://|mailto:|tel:|#)", re.IGNORECASE)
PICTURE = re.compile(r"\s*(?:(https?:)?//|cid:|data:image/(?:png|jpe?g|gif|webp|bmp);)", re.IGNORECASE)
LOADS = re.compile(r"url\s*\(|image(-set)?\s*\(|expression|@import|\\|behaviou?r|-moz-binding", re.IGNORECASE)
IMG = re.compile(r"<img\b[^>]*>")
REMOTE = re.compile(r' src="(?!cid:|data:)', re.IGNORECASE)
MAX_HTML = 4_000_000
MAX_OPEN = 6_000  # elements in each other; real mail stays below a few hundred
MAX_REFERENCES = 150_000  # the parser takes quadratic time for '&amp;' after '&amp;': a second for so many


def sanitised(html: str) -> str:
    html = html[:MAX_HTML]
    if html.count("&") > MAX_REFERENCES or too_deep(html):
        return flattened(html)
    html = CLEANER.clean(html)
    return IMG.sub(lambda img: REMOTE.sub(' data-src="', img[0]), html).strip()


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return None if LOADS.search(value) else value
    if name == "href":
        return value if LINK.match(value) else None
    if name == "src":
        return value if PICTURE.match(value) else None
    return value


CLEANER = nh3.Cleaner(
    tags=set(TAGS.split()),
    clean_content_tags=GONE,
    attributes=ATTRIBUTES,
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
    link_rel="noopener noreferrer nofollow",
    filter_style_properties=set(STYLES.split()),
    set_tag_attribute_values={"a": {"target": "_blank"}},
    allowed_classes=dict.fromkeys(("div", "blockquote", "span"), QUOTES),
)
CLOSED = re.compile(r"<(/?)(?:div|span|blockquote|table|td|font|b|i|u|ul|li|a|p|center)\b", re.IGNORECASE)


def too_deep(html: str) -> bool:
    """Hundreds of thousands of elements in each other take a parser minutes."""
    if html.count("<") < MAX_OPEN:
        return False
    depth = 0
    for found in CLOSED.finditer(html):
        depth += -1 if found[1] else 1
        if depth > MAX_OPEN:
            return True
    return False


def flattened(html: str) -> str:
    """Only its text and line ends are left, escaped: it needs no parser any more."""
    text = re.sub(r"<[^<>]{0,2000}>", " ", re.sub(r"(?i)<(?:br|/p|/div|/tr)\b[^<>]{0,200}>", "\n", html))
    return escape(unescape(text)).replace("\n", "<br>")
