"""Sheets, messages and feeds: what leaves the house, each a pure function of a meet's records."""
