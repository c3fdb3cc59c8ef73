"""Notion: rows, pages, comments and files of a workspace, through the newest version of its API (data sources).

`client` asks, `values` turns properties into plain values and back, `errors` says what an answer means. Nothing here knows films.
"""
