from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProceduresConfig(AppConfig):
    name = "procedures"
    verbose_name = _("Thủ tục hành chính")

    def ready(self) -> None:
        from procedures import checks, home_sections, signal_handlers  # noqa: F401 -- importing registers checks, sections and receivers
