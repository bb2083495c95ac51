"""Sheets, reports and whatever else is made of a meet for people to read."""
