"""Found by the worker: importing registers the jobs of each part."""

from procedures.transparency import jobs as transparency_jobs  # noqa: F401 -- see above
