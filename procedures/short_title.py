def short_title(name, limit=160):
    return name[:limit]
