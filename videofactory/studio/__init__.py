"""How each thing is made: channels and briefs read, pictures taken in, engines chosen and paid, scenes made, films cut.

Knows no Dagster (see `defs`), no terminal (`cli`) and no browser (`board`): plain functions on domain values. What a film
is stands in `domain`; who can be asked in `providers`; what was promised and paid in `ledger`; where files lie in `store`.
"""
