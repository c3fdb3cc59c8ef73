"""Notion as the channel team's desk: rows become projects, scene rows are reviewed, and what becomes of both is written back.

`rows` reads a row as a brief, `intake` takes rows in, `desk` reads decisions, `writing` writes back, `answers` speaks to writers.
The line to Notion is `providers.notion`; which property holds what is `domain.notion`. Nothing here spends money.
"""
