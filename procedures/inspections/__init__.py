"""Inspection rounds (đợt kiểm tra): frozen figures, a reproducible sample, verdicts, explanations, a conclusion."""
