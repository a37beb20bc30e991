"""Settings: what the house is told about itself. Lines, the exchange log, answers, brands; `page.py` is their common frame."""
