"""The words by which mail programs mark quotes, signatures, forwards and automatic answers: English, Finnish, Swedish, Polish, German,
and the few others that cost nothing. One place, so that a language is added in one place."""

from __future__ import annotations

import re

# 'On Mon, 3 Mar 2025 at 09:14, Maija Laine <maija.laine@example.fi> wrote:' - at most 400 characters are looked at.
WROTE = re.compile(
    r"\b(?:wrote|writes|kirjoitti|skrev|skriver|napisał(?:a|\(a\)|/a)?|pisze|schrieb|schreibt|schreef|a écrit|escribió|ha scritto)\b",
    re.IGNORECASE,
)
OPENS = re.compile(
    r"(?:on|am|den|dnia|w dniu|le|el|il|op|"  # en de sv pl fr es it nl
    r"(?:ma|ti|ke|to|pe|la|su)\b.{0,20}\d|(?:pon|wt|śr|czw|pt|sob|niedz|sob)\.,?|"  # fi, pl: the day of the week
    r"(?:mån|tis|ons|tors|fre|lör|sön)\b)\s",
    re.IGNORECASE,
)
ORIGINAL = re.compile(
    r"[-_\s*]{2,}(?:original message|original-?nachricht|original nachricht|ursprüngliche nachricht|alkuperäinen (?:viesti|sanoma)|"
    r"ursprungligt meddelande|originalmeddelande|wiadomość oryginalna|oryginalna wiadomość|message d'origine|oprindelig meddelelse|"
    r"opprinnelig melding)[-_\s*]{0,80}",
    re.IGNORECASE,
)
FORWARDED = re.compile(
    r"[-_\s*>]{0,80}(?:(?:begin )?forwarded message|välitetty viesti|edelleenlähetetty viesti|vidarebefordrat (?:meddelande|mail)|"
    r"(?:początek )?przekazan(?:a|ej) wiadomoś(?:ć|ci)|(?:anfang der )?weitergeleitete[n]? (?:nachricht|e-mail)|"
    r"välitetty viesti alkaa|vidarebefordrat brev)\b.{0,80}",
    re.IGNORECASE,
)
FORWARD_SUBJECT = re.compile(r"\s*(?:\[[^\]]{0,40}\]\s*)?(?:fwd?|vl|vb|wg|pd|tr|rv)\s*:", re.IGNORECASE)

# Outlook's block. Name of the field → which field it is.
FIELDS = {
    "from": "from", "lähettäjä": "from", "från": "from", "od": "from", "von": "from", "de": "from", "fra": "from",
    "sent": "date", "date": "date", "lähetetty": "date", "päivämäärä": "date", "päiväys": "date", "skickat": "date", "datum": "date",
    "wysłano": "date", "wysłane": "date", "data": "date", "gesendet": "date", "envoyé": "date", "sendt": "date",
    "to": "to", "vastaanottaja": "to", "kenelle": "to", "till": "to", "do": "to", "an": "to", "à": "to", "til": "to",
    "cc": "cc", "kopio": "cc", "kopia": "cc", "dw": "cc", "kopie": "cc", "reply-to": "cc", "importance": "cc",
    "subject": "subject", "aihe": "subject", "ämne": "subject", "temat": "subject", "betreff": "subject",
    "objet": "subject", "emne": "subject",
}  # fmt: skip
FIELD = re.compile(r"[\s*>]{0,20}([^\W\d_][\w-]{0,20})\*?\s?:\*?(?:\s|$)")

SIGNATURE = re.compile(r"(?:--|––|—) ?")
SENT_FROM = re.compile(
    r"\s*(?:(?:sent|posted) (?:from|with|via|by) (?:my |the |yahoo|outlook|samsung|gmail|mail |proton|huawei|android|windows|an? ).{0,80}|"
    r"get outlook for (?:ios|android).{0,80}|hanki outlook.{0,80}|skaffa outlook.{0,80}|pobierz (?:aplikację )?outlook.{0,80}|"
    r"(?:lähetetty|lähettänyt) .{0,60}(?:iphone|ipad|android|samsung|puhelime|gmail|outlook|laitteesta|mobiili).{0,60}|"
    r"skickat från .{0,80}|skickad från .{0,80}|"
    r"wysłan[eoya]{1,2} z .{0,80}|"
    r"(?:von|vom) (?:meine[mr]|unterwegs|iphone|ipad) ?.{0,40}gesendet.{0,40}|gesendet (?:von|mit|über) .{0,80}|"
    r"diese nachricht wurde von .{0,40}gesendet.{0,40}|envoyé de mon .{0,80})\s*",
    re.IGNORECASE,
)

AWAY = re.compile(
    r"\s*(?:(?:re|sv|vs|aw|odp)\s*:\s*)?(?:"
    r"out of (?:the )?office\b|auto(?:matic)?[ -]?(?:reply|response)\b|auto\s?:|away from (?:the |my )?office\b|"
    r"on (?:vacation|holiday|leave)\b|"
    r"automaattinen vastaus|poissaolo(?:ilmoitus|viesti|vastaus)|poissa toimistosta|olen lomalla|lomavastaus|"
    r"autosvar|automatiskt svar|frånvaro(?:meddelande|besked)?\b|semestersvar|ej på kontoret|"
    r"automatyczna odpowiedź|odpowiedź automatyczna|autoodpowiedź|autoresponder|poza biurem|nieobecność|jestem na urlopie|"
    r"automatische antwort|abwesenheits|abwesend\b|abwesenheit\b|außer haus|autom\. antwort|"
    r"réponse automatique|respuesta automática|risposta automatica|automatisch antwoord|automatisk svar|fraværende)",
    re.IGNORECASE,
)

UNDELIVERED = re.compile(
    r"undeliver(?:ed|able)|delivery (?:status notification|failure|has failed|problem|failed|report)|"
    r"mail delivery (?:failed|failure|system|error)|returned mail|returned to sender|failure notice|"
    r"delivery unsuccessful|message (?:delayed|not delivered|undeliverable)|"
    r"non[- ]remis|unzustellbar|zustellung (?:fehlgeschlagen|der nachricht)|nicht zugestellt|"
    r"toimittamaton|ei voi(?:tu)? toimittaa|toimitus epäonnistui|viestin toimitus|palautettu viesti|"
    r"olevererbar|kunde inte levereras|går inte att leverera|ej levererat|leveransfel|"
    r"niedostarcz(?:one|ona|alna)|nie można dostarczyć|nie dostarczono|zwrot poczty|błąd doręczenia",
    re.IGNORECASE,
)
DELAYED = re.compile(
    r"\bdelayed\b|\(delay\)|warning: (?:could not send|message)|delivery incomplete|will be retried|still being retried|will keep trying|"
    r"verzögert|viivästynyt|fördröj|opóźnion",
    re.IGNORECASE,
)
