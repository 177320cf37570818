"""Notebooks are compared in the print form of explorables, the form that they store."""

import os

os.environ.setdefault("MUTUALAID_FORM", "print")
