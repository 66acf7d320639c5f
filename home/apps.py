from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Đơn vị và con người")

    def ready(self) -> None:
        from home import (  # noqa: F401 -- importing connects the receivers
            account_addresses,
            admin_words,
            chooser_rendering,
            person_names,
            search_changes,
            signal_handlers,
        )

        post_migrate.connect(
            account_addresses.keep_after_migrate, sender=self, dispatch_uid="account_addresses"
        )
        admin_words.install()
        chooser_rendering.install()
        person_names.install()


class PortalUsersConfig(WagtailUsersAppConfig):
    """Stands for `wagtail.users` in INSTALLED_APPS: its screens with the portal's guards."""

    user_viewset = "home.viewsets.users.PortalUserViewSet"
