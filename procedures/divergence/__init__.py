"""Where official texts here differ from the newest national snapshot (NĐ 224/2026/NĐ-CP: one source)."""
