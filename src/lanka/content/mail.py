"""The HTML of a mail, by MJML: one column that every client shows, the brand's thread down its side, readable in the dark."""

from __future__ import annotations

import re
from collections.abc import Mapping

import mrml
from django.utils import translation
from django.utils.translation import gettext as _
from markupsafe import escape

from lanka.content.look import DARK_EDGE, DARK_GROUND, DARK_INK, DARK_SHEET, DARK_SOFT, EDGE, GROUND, SHEET, SOFT, Look, look
from lanka.content.marks import Holes, Listing, Paragraph, Run
from lanka.content.written import Cell, Line, Part, condition

WIDTH, INNER = 600, 500
DARK = (
    ".ground{{background:{ground}!important}}.sheet,.sheet>table{{background:{sheet}!important}}"
    ".ink,.ink p,.ink li,.ink td,.ink h1,.ink h2{{color:{ink}!important}}.soft,.soft p,.soft td,.soft a{{color:{soft}!important}}"
    ".tint,.ink a.tint{{color:{tint}!important}}.thread{{border-color:{tint}!important}}.edge td,.edge th{{border-color:{edge}!important}}"
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
<mj-column padding="0" inner-border-left="3px solid {drawn.color}" inner-padding="0" css-class="thread-column">{inner}</mj-column></mj-section>
{foot(tokens, holes)}</mj-body></mjml>"""
    return finish(mrml.to_html(made, render_options=mrml.RenderOptions(fonts={})).content, preview, language)


def style(drawn: Look) -> str:
    dark = DARK.format(
        ground=DARK_GROUND, sheet=DARK_SHEET, ink=DARK_INK, soft=DARK_SOFT, edge=DARK_EDGE, tint=drawn.dark_color, on=drawn.dark_on_color
    )
    outlook = re.sub(r"(^|[},])(?=\.)", r"\1[data-ogsc] ", dark)
    return (
        ":root{color-scheme:light dark;supported-color-schemes:light dark}a{text-decoration:underline;text-underline-offset:2px}"
        "@media (max-width:480px){.sheet>table>tbody>tr>td{padding:24px 18px 10px!important}.product td{display:block!important;width:auto!important}"
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
    name = f'<b class="tint" style="color:{drawn.text_color};font-size:17px;font-weight:650;letter-spacing:-.01em">{escape(tokens["name"])}</b>'
    picture = (
        f'<td width="46" style="width:46px;padding:0"><img src="cid:{logo}" width="36" height="36" alt="" style="display:block" /></td>'
        if logo
        else ""
    )
    return (
        '<mj-section padding="28px 34px 16px"><mj-column padding="0"><mj-table padding="0"><tr>'
        f'{picture}<td style="padding:0">{name}</td></tr></mj-table></mj-column></mj-section>'
    )


def foot(tokens: Mapping[str, str], holes: Holes) -> str:
    """Who writes, from where, and the way out: each link is there when this sending has it."""
    where = ", ".join(line for line in tokens.get("return_address", "").splitlines() if line.strip())
    company = tokens.get("company") or tokens["name"]
    who = " · ".join(str(escape(one)) for one in (where or company, tokens.get("business_id", ""), tokens.get("phone", "")) if one)
    links = [
        ("preferences", _("Choose what you get and how")),
        ("unsubscribe", _("Unsubscribe")),
        ("view", _("View in the browser")),
    ]
    made = "".join(
        f'{holes.liquid(f"{{% if links.{name} %}}")}<a href="{holes.liquid(f"{{{{ links.{name} }}}}")}" style="color:{SOFT}">{escape(words)}</a>&#160;&#160; '
        f"{holes.liquid('{% endif %}')}"
        for name, words in links
    )
    return (
        f'<mj-section padding="18px 34px 34px" css-class="soft"><mj-column padding="0"><mj-text font-size="13px" line-height="1.6" color="{SOFT}" '
        f'padding="0" css-class="soft"><p style="margin:0 0 6px">{made}</p><p style="margin:0">{who}</p></mj-text></mj-column></mj-section>'
    )


def inset(html: str, kind: str = "ink", more: str = "") -> str:
    return f'<mj-text padding="0 0 0 22px" css-class="{kind}"{more}>{html}</mj-text>'


def heading(part: Part, _holes: Holes, drawn: Look) -> str:
    style = f"margin:0 0 14px;font-size:25px;line-height:1.22;font-weight:680;letter-spacing:-.018em;color:{drawn.ink}"
    return inset(f'<h1 style="{style}">{escape(part.text)}</h1>')


def text(part: Part, holes: Holes, drawn: Look) -> str:
    return inset(flow(part, holes, drawn))


def legal(part: Part, holes: Holes, drawn: Look) -> str:
    return inset(flow(part, holes, drawn, color=SOFT), "soft", ' font-size="13px" line-height="1.5"')


def flow(part: Part, holes: Holes, drawn: Look, color: str = "") -> str:
    return "".join(paragraph(one, part, holes, color or drawn.text_color) for one in part.body)


def paragraph(one: Paragraph | Listing, part: Part, holes: Holes, link: str) -> str:
    if isinstance(one, Paragraph):
        return f'<p style="margin:0 0 16px">{runs(one.runs, part.id, holes, link)}</p>'
    tag = "ol" if one.ordered else "ul"
    items = "".join(f'<li style="margin:0 0 6px">{runs(item, part.id, holes, link)}</li>' for item in one.items)
    return f'<{tag} style="margin:0 0 16px;padding:0 0 0 22px">{items}</{tag}>'


def runs(all: list[Run], block: str, holes: Holes, link: str) -> str:
    made = []
    for run in all:
        words = str(escape(run.text)).replace("\n", "<br />")
        words = f"<strong>{words}</strong>" if run.bold else words
        words = f"<em>{words}</em>" if run.italic else words
        made.append(f'<a class="tint" href="{holes.link(run.url, block)}" style="color:{link}">{words}</a>' if run.url else words)
    return "".join(made)


def picture(part: Part, holes: Holes, _drawn: Look) -> str:
    wide = min(INNER, part.size[0] or INNER)
    image = f'<img src="cid:{part.file}" width="{wide}" alt="{escape(part.alt)}" style="display:block;width:100%;max-width:{wide}px;height:auto;border-radius:8px" />'
    link = f'<a href="{holes.link(part.url, part.id)}">{image}</a>' if part.url else image
    return inset(f'<div style="padding:0 0 18px">{link}</div>')


def table(part: Part, holes: Holes, drawn: Look) -> str:
    rows = [row(Line(part.head), part, holes, head=True)] if part.head else []
    rows += [row(line, part, holes) for line in part.lines]
    return f'<mj-table padding="0 0 22px 22px" css-class="ink edge">{"".join(rows)}</mj-table>'


def row(line: Line, part: Part, holes: Holes, *, head: bool = False) -> str:
    edge = "0" if head else f"1px solid {EDGE}"
    cells = "".join(cell(one, number, line, part, holes, edge, head=head) for number, one in enumerate(line.cells))
    made = f"<tr>{cells}</tr>"
    return f"{holes.liquid(line.each[0])}{made}{holes.liquid(line.each[1])}" if line.each else made


def cell(one: Cell, number: int, line: Line, part: Part, holes: Holes, edge: str, *, head: bool) -> str:
    soft = one.soft or head
    look = f"padding:9px {0 if one.right else 14}px 9px {14 if one.right and number else 0}px;border-top:{edge};vertical-align:top"
    look += f";text-align:{'right' if one.right else 'left'}" + (f";color:{SOFT};font-size:14px" if soft else "")
    look += ";font-weight:650" if one.strong else ""
    look += ";white-space:nowrap" if one.right or (soft and not head and number == 0) else ""
    words = runs(one.runs, part.id, holes, "inherit")
    kind = ' class="soft"' if soft else ""
    return f'<td{kind} style="{look}">{words}</td>'


def product(part: Part, holes: Holes, drawn: Look) -> str:
    picture = f'<img src="cid:{part.file}" width="160" alt="{escape(part.alt)}" style="display:block;border-radius:8px;width:160px;height:auto" />'
    left = f'<td width="180" style="width:180px;padding:0 20px 0 0;vertical-align:top">{picture}</td>' if part.file else ""
    before = f' <s class="soft" style="color:{SOFT};font-weight:400">{escape(part.before)}</s>' if part.before else ""
    price = f'<p style="margin:0 0 8px;font-size:18px;font-weight:650">{escape(part.price)}{before}</p>' if part.price else ""
    style = f"color:{drawn.text_color};font-weight:600"
    link = (
        f'<a class="tint" href="{holes.link(part.url, part.id)}" style="{style}">{escape(part.label or part.title)}</a>' if part.url else ""
    )
    name = f'<h2 style="margin:0 0 4px;font-size:18px;line-height:1.3;color:{drawn.ink}">{escape(part.title)}</h2>'
    right = f'<td style="padding:0;vertical-align:top">{name}{price}{flow(part, holes, drawn)}{link}</td>'
    return f'<mj-table padding="2px 0 24px 22px" css-class="ink product"><tr>{left}{right}</tr></mj-table>'


def button(part: Part, holes: Holes, _drawn: Look) -> str:
    return f'<mj-button padding="4px 0 22px 22px" css-class="do" href="{holes.link(part.url, part.id)}">{escape(part.label)}</mj-button>'


def reply(part: Part, _holes: Holes, _drawn: Look) -> str:
    return ""  # a mail is answered in words


def signature(part: Part, _holes: Holes, _drawn: Look) -> str:
    closing = f'<p style="margin:4px 0 2px">{escape(part.text)}</p>' if part.text else ""
    role = f'<br /><span class="soft" style="color:{SOFT};font-size:14px">{escape(part.label)}</span>' if part.label else ""
    return inset(f'{closing}<p style="margin:0 0 18px"><strong>{escape(part.title)}</strong>{role}</p>')


def pay(part: Part, holes: Holes, drawn: Look) -> str:
    title = f'<h2 style="margin:0 0 8px;font-size:18px;color:{drawn.ink}">{escape(part.title)}</h2>'
    return inset(title) + table(part, holes, drawn)


DRAW = {
    "heading": heading,
    "text": text,
    "legal": legal,
    "picture": picture,
    "table": table,
    "product": product,
    "button": button,
    "reply": reply,
    "signature": signature,
    "pay": pay,
}
