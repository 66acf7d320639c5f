"""A unit's report and a round's ranking, as XLSX, DOCX and PDF, all three from the same `Paper`."""
