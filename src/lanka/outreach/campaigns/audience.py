"""Who is meant, and which of the variants each of them gets: always the same one, however often it is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.db import connection

from lanka.outreach.models import Campaign, Variant

MEMBERS = """
SELECT DISTINCT m.customer_id AS id FROM outreach_member m WHERE m.segment_id = ANY('{{{inside}}}'::bigint[])
AND NOT EXISTS (SELECT FROM outreach_member w WHERE w.segment_id = ANY('{{{without}}}'::bigint[]) AND w.customer_id = m.customer_id)
"""
# the first 32 bits of an MD5 over campaign and person: no other campaign divides people alike
BUCKET = "mod(('x' || substr(md5('{campaign}:' || id), 1, 8))::bit(32)::bigint, {weights})"


def audience(campaign: Campaign) -> str:
    """SQL: ids of all in one of its segments and in none of those left out. Segments are always current."""
    inside, without = (",".join(str(pk) for pk in sorted(ids)) for ids in (ids_of(campaign, "segments"), ids_of(campaign, "without")))
    return MEMBERS.format(inside=inside, without=without)


def ids_of(campaign: Campaign, which: str) -> list[int]:
    return list(getattr(campaign, which).values_list("pk", flat=True))


def variants(campaign: Campaign) -> list[Variant]:
    return list(campaign.variants.select_related("template__brand", "version", "message").order_by("name"))


def share(campaign: Campaign, variant: Variant, all_of_it: Sequence[Variant]) -> str:
    """SQL: the part of the audience that gets this variant."""
    low = sum(one.weight for one in all_of_it if one.name < variant.name)
    bucket = BUCKET.format(campaign=campaign.pk, weights=max(1, sum(one.weight for one in all_of_it)))
    return f"SELECT id FROM ({audience(campaign)}) a WHERE {bucket} >= {low} AND {bucket} < {low + variant.weight}"  # noqa: S608 numbers only


def variant_of(campaign: Campaign, customer: int, all_of_it: Sequence[Variant]) -> Variant:
    """The same in Python, for one person."""
    bucket = int(hashlib.md5(f"{campaign.pk}:{customer}".encode()).hexdigest()[:8], 16) % sum(one.weight for one in all_of_it)  # noqa: S324
    for variant in all_of_it:
        if bucket < variant.weight:
            return variant
        bucket -= variant.weight
    raise AssertionError("the weights are the whole")


def count(people: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({people}) a")  # noqa: S608
        return int(cursor.fetchone()[0])
