from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProceduresConfig(AppConfig):
    name = "procedures"
    verbose_name = _("Thủ tục hành chính")

    def ready(self) -> None:
        # Importing registers checks, sections and receivers.
        from procedures import (  # noqa: F401 -- see above
            checks,
            component_samples,
            home_sections,
            search_changes,
            signal_handlers,
        )
        from procedures.booklets import unit_section  # noqa: F401 -- see above
        from procedures.ledger import receivers as ledger
        from procedures.listings import receivers  # noqa: F401 -- see above
        from procedures.transparency import sections  # noqa: F401 -- see above

        ledger.install(self)
