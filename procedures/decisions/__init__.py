"""Announcing decisions: from the official file to a proposal, to a preview with questions, to lines that hold."""
