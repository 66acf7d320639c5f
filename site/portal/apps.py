from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Cổng"

    def ready(self) -> None:
        from portal import checks, safe_exports  # noqa: F401 -- importing registers the checks

        safe_exports.install()
