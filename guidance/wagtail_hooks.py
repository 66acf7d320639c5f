"""Registers the admin of legal references: procedures choose them as their basis."""

from __future__ import annotations

from wagtail.snippets.models import register_snippet

from guidance.viewsets import LegalReferenceViewSet

register_snippet(LegalReferenceViewSet)
