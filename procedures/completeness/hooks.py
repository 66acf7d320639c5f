"""Registers the admin of scoring schemes."""

from __future__ import annotations

from wagtail.snippets.models import register_snippet

from procedures.completeness.viewsets import ScoringSchemeViewSet

register_snippet(ScoringSchemeViewSet)
