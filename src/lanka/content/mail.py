"""The HTML of a mail, by MJML: one column that every client shows, the brand's thread down its side, readable in the dark."""

from __future__ import annotations

import re
from collections.abc import Mapping

import mrml
from django.utils import translation
from django.utils.translation import gettext as _
from markupsafe import escape

from lanka.content.look import DARK_EDGE, DARK_GROUND, DARK_INK, DARK_SHEET, DARK_SOFT, GROUND, SHEET, SOFT, Look, look
from lanka.content.mail_blocks import DRAW, tag
from lanka.content.marks import Holes
from lanka.content.written import Part, condition

WIDTH = 600
DARK = (
    ".ground{{background:{ground}!important}}.sheet,.sheet>table{{background:{sheet}!important}}"
    ".ink,.ink p,.ink li,.ink td,.ink h1,.ink h2{{color:{ink}!important}}.soft,.soft p,.soft td,.soft a{{color:{soft}!important}}"
    ".tint,.ink a.tint{{color:{tint}!important}}.thread table{{border-left-color:{tint}!important}}"
    ".edge td,.edge th{{border-color:{edge}!important}}"
    ".do td,.do a{{background:{tint}!important;color:{on}!important}}"
)


def mail(parts: list[Part], holes: Holes, *, title: str, preview: str, tokens: Mapping[str, str], language: str, logo: str) -> str:
    """`title`, `preview`: hidden already. `logo`: the Content-ID of a picture, empty for none."""
    drawn = look(tokens)
    inner = "".join(conditioned(DRAW[part.kind](part, holes, drawn), part, holes) for part in parts)
    with translation.override(language):
        made = f"""<mjml><mj-head><mj-title>{escape(title)}</mj-title>
<mj-attributes><mj-all font-family="{drawn.font}" /><mj-text font-size="16px" line-height="1.55" color="{drawn.ink}" padding="0 0 16px" />
<mj-table font-size="15px" line-height="1.45" color="{drawn.ink}" padding="0 0 20px" cellpadding="0" /><mj-image padding="0 0 18px" />
<mj-button background-color="{drawn.color}" color="{drawn.on_color}" font-size="16px" font-weight="600" line-height="1.25"
 inner-padding="13px 24px" border-radius="8px" align="left" padding="4px 0 22px" /></mj-attributes>
<mj-style>{style(drawn)}</mj-style></mj-head>
<mj-body background-color="{GROUND}" width="{WIDTH}px" css-class="ground">
{head(tokens, drawn, logo)}
<mj-section css-class="sheet" background-color="{SHEET}" border-radius="12px" padding="34px 34px 20px">
<mj-column padding="0" inner-border-left="3px solid {drawn.color}" css-class="thread">{inner}</mj-column></mj-section>
{foot(tokens, holes)}</mj-body></mjml>"""
    return finish(mrml.to_html(made, render_options=mrml.RenderOptions(fonts={})).content, preview, language)


def style(drawn: Look) -> str:
    dark = DARK.format(
        ground=DARK_GROUND, sheet=DARK_SHEET, ink=DARK_INK, soft=DARK_SOFT, edge=DARK_EDGE, tint=drawn.dark_color, on=drawn.dark_on_color
    )
    outlook = re.sub(r"(^|[},])(?=\.)", r"\1[data-ogsc] ", dark)
    return (
        ":root{color-scheme:light dark;supported-color-schemes:light dark}a{text-decoration:underline;text-underline-offset:2px}"
        "@media (max-width:480px){.sheet>table>tbody>tr>td{padding:24px 18px 10px!important}"
        ".product td{display:block!important;width:auto!important}"
        ".product img{width:100%!important;height:auto!important;margin-bottom:12px}}"
        f"@media (prefers-color-scheme:dark){{{dark}}}{outlook}"
    )


def finish(html: str, preview: str, language: str) -> str:
    """The preheader is ours: filled up, so that no client goes on with the body's first words; and the schemes are told."""
    hidden = (
        f'<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">{escape(preview)}{"&#847;&zwnj;&nbsp;" * 60}</div>'
        if preview
        else ""
    )
    html = html.replace("\\u{e000}", "\ue000").replace("\\u{e001}", "\ue001")  # mrml writes attributes as Rust's {:?}
    html = re.sub(
        r"<html\b[^>]*?>", lambda m: re.sub(r'\s(lang|dir)="[^"]*"', "", m[0])[:-1] + f' lang="{language}" dir="ltr">', html, count=1
    )
    html = html.replace(
        "</head>", '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"></head>', 1
    )
    html = re.sub(r"(<body\b[^>]*>)", lambda m: m[1] + hidden, html, count=1)
    return re.sub(r">\s+<", lambda m: "> <" if " " in m[0] and "\n" not in m[0] else "><", html)


def conditioned(made: str, part: Part, holes: Holes) -> str:
    if not part.when.strip():
        return made
    start, end = condition(part.when)
    return f"<mj-raw>{holes.liquid(start)}</mj-raw>{made}<mj-raw>{holes.liquid(end)}</mj-raw>"


def head(tokens: Mapping[str, str], drawn: Look, logo: str) -> str:
    style = f"color:{drawn.text_color};font-size:17px;font-weight:650;letter-spacing:-.01em"
    name = tag("td", "padding:0", tag("b", style, escape(tokens["name"]), class_="tint"))
    image = tag("img", "display:block", src=f"cid:{logo}", width=36, height=36, alt=" ")
    picture = tag("td", "width:46px;padding:0", image, width=46) if logo else ""
    table = f'<mj-table padding="0"><tr>{picture}{name}</tr></mj-table>'
    return f'<mj-section padding="28px 34px 16px"><mj-column padding="0">{table}</mj-column></mj-section>'


def foot(tokens: Mapping[str, str], holes: Holes) -> str:
    """Who writes, from where, and the way out: each link is there when this sending has it."""
    where = ", ".join(line for line in tokens.get("return_address", "").splitlines() if line.strip())
    company = tokens.get("company") or tokens["name"]
    who = " · ".join(str(escape(one)) for one in (where or company, tokens.get("business_id", ""), tokens.get("phone", "")) if one)
    ways = [("preferences", _("Choose what you get and how")), ("unsubscribe", _("Unsubscribe")), ("view", _("View in the browser"))]
    made = "".join(way(name, words, holes) for name, words in ways)
    text = f"{tag('p', 'margin:0 0 6px', made)}{tag('p', 'margin:0', who)}"
    column = f'<mj-text font-size="13px" line-height="1.6" color="{SOFT}" padding="0" css-class="soft">{text}</mj-text>'
    return f'<mj-section padding="18px 34px 34px" css-class="soft"><mj-column padding="0">{column}</mj-column></mj-section>'


def way(name: str, words: str, holes: Holes) -> str:
    start, end = condition(f"links.{name}")
    link = tag("a", f"color:{SOFT}", escape(words), href=holes.liquid(f"{{{{ links.{name} }}}}"))
    return f"{holes.liquid(start)}{link}&#160;&#160; {holes.liquid(end)}"
