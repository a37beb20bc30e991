"""A big house: people, conversations and messages by the million, made inside PostgreSQL."""

from __future__ import annotations

import time

from django.db import connection

WORDS = {
    "fi": "Hei Milloin tilaamani pyörä saapuu myymälään Voiko sen samalla huoltaa kiitos paljon vastauksesta lasku 20977 jarrut vinkuvat",
    "sv": "Hej Finns cykeln i storlek 54 i Åbo jag väntar på leveransen tack så mycket fakturan bromsarna gnisslar service nästa vecka",
    "pl": "Dzień dobry rower stuka przy pedałowaniu czy mogę umówić przegląd dziękuję za odpowiedź faktura zamówienie dostawa sklep Kraków",
    "en": "Hello when does my bicycle arrive could you service it at the same time thank you very much for the answer invoice brakes",
}
FIRST = [
    "Maija",
    "Piotr",
    "Anna",
    "Helvi",
    "Eero",
    "Aino",
    "Ville",
    "Katarzyna",
    "Sanna",
    "Ben",
    "Liisa",
    "Matti",
    "Juhani",
    "Hanna",
    "Olof",
    "Agnieszka",
    "Marek",
    "Pekka",
    "Tiina",
    "Kalle",
]
LAST = [
    "Laine",
    "Kowalski",
    "Söderholm",
    "Rautio",
    "Väisänen",
    "Virtanen",
    "Korhonen",
    "Nowak",
    "Mäkelä",
    "Lindqvist",
    "Nieminen",
    "Heikkinen",
    "Wiśniewski",
    "Salmi",
    "Åberg",
]


def run(sql: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def said(words: str) -> str:
    """SQL: fifteen words of a list, in an order that the row's number gives."""
    return f"(SELECT string_agg(w[1 + (n * 7 + i * 13) %% {len(words.split())}], ' ') FROM generate_series(1, 15) i)"


PEOPLE = """
INSERT INTO customers_customer (public_id, created_at, name, language, search)
SELECT gen_random_uuid(), now() - n * interval '5 minutes', f || ' ' || l, lang, lower(f || ' ' || l)
FROM (SELECT n, (%s::text[])[1 + n %% {first}] f, (%s::text[])[1 + (n / {first}) %% {last}] || '-' || n l,
      (ARRAY['fi','sv','pl','en'])[1 + n %% 4] lang FROM generate_series(1, %s) n) x
"""
CONVERSATIONS = """
INSERT INTO conversations_conversation (public_id, customer_id, subject, state, language, channel, channels, preview, preview_out, tags,
  fields, created_at, last_at, last_in_at, waiting_since, assignee_id)
SELECT gen_random_uuid(), (SELECT min(id) FROM customers_customer) + (n::bigint * 7919) %% %s, 'Asia ' || n,
  CASE WHEN n %% 60 = 0 THEN 'open' WHEN n %% 60 = 1 THEN 'waiting' WHEN n %% 600 = 2 THEN 'snoozed' ELSE 'closed' END,
  (ARRAY['fi','sv','pl','en'])[1 + n %% 4], (ARRAY['email','chat','sms'])[1 + n %% 3], ARRAY[(ARRAY['email','chat','sms'])[1 + n %% 3]],
  'Hei! Milloin tilaamani pyörä saapuu?', false, '{{}}', '{{}}', t, t + interval '1 hour', t, t,
  CASE WHEN n %% 3 = 0 THEN %s ELSE NULL END
FROM (SELECT n, now() - n * interval '3 minutes' t FROM generate_series(1, %s) n) x
"""
MESSAGES = """
INSERT INTO timeline_event (public_id, customer_id, at, recorded_at, kind, channel, line_id, conversation_id, text, data, key)
SELECT gen_random_uuid(), c.customer_id, c.created_at + n %% 50 * interval '1 minute', now(),
  CASE WHEN n %% 2 = 0 THEN 'message.in' ELSE 'message.out' END, c.channel, 1, c.id,
  {text}, jsonb_build_object('language', %s::text, 'subject', '', 'address', 'x', 'imported', true), 'bench:' || n
FROM generate_series(%s, %s) n
JOIN conversations_conversation c ON c.id = (SELECT min(id) FROM conversations_conversation) + (n * 31) %% %s,
LATERAL (SELECT string_to_array(%s, ' ') w) words
"""


def build(people: int, conversations: int, messages: int, agent_id: int) -> float:
    """Seconds it took. About a minute for a million messages."""
    began = time.monotonic()
    run(PEOPLE.format(first=len(FIRST), last=len(LAST)), FIRST, LAST, people)
    run(CONVERSATIONS.format(), people, agent_id, conversations)
    share = messages // len(WORDS)
    for place, (language, words) in enumerate(WORDS.items()):
        sql = MESSAGES.format(text=said(words))
        run(sql, language, place * share + 1, (place + 1) * share, conversations, words)
    connection.connection.autocommit = True
    run("VACUUM ANALYZE")
    return time.monotonic() - began
