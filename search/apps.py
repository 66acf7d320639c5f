from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    # Wagtail's own search app has the label "wagtailsearch"; ours keeps the plain name.
    label = "search"
    verbose_name = _("Tìm kiếm")

    def ready(self) -> None:
        # Importing registers the checks.
        from search import checks  # noqa: F401 -- see above
        from search.curation import synonyms

        synonyms.install()
