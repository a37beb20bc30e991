"""Campaigns: the list, the draft on one page, what it would come to, the live report."""
