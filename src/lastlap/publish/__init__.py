"""Sheets, reports, messages and feeds: what leaves the house, each a function of a meet's records."""
