from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProceduresConfig(AppConfig):
    name = "procedures"
    verbose_name = _("Thủ tục hành chính")

    def ready(self) -> None:
        from procedures import (  # noqa: F401 -- importing registers checks, sections and receivers
            checks,
            home_sections,
            listing_receivers,
            signal_handlers,
        )
