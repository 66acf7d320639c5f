"""The proof: versions of procedures, and one chain of entries of all that the public saw."""
