"""Found by the worker: importing registers the jobs of each part."""

from procedures import search_jobs  # noqa: F401 -- see above
from procedures.boards import jobs as board_jobs  # noqa: F401 -- see above
from procedures.booklets import jobs as booklet_jobs  # noqa: F401 -- see above
from procedures.ledger import jobs as ledger_jobs  # noqa: F401 -- see above
from procedures.link_checks import jobs as link_jobs  # noqa: F401 -- see above
from procedures.transparency import jobs as transparency_jobs  # noqa: F401 -- see above
