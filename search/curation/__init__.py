"""Tending the search in the admin: what people ask, synonyms, promoted results, notes to the controller of procedures."""
