"""The embedded engine: one file of SQLite beside the database, no server. See `engine.SqliteEngine`."""
