from django.urls import path

from search.views import api, opened, opensearch, page

urlpatterns = [
    path("tim-kiem/", page.index, name="search"),
    path("tim-kiem/mo/", opened.opened, name="search_opened"),
    path("api/v1/search", api.search, name="api_search"),
    path("api/v1/suggest", api.suggestions, name="api_suggest"),
    path("api/v1/openapi.json", api.openapi, name="api_openapi"),
    path("api/v1/", api.unknown),
    path("api/v1/<path:rest>", api.unknown),
    path("opensearch.xml", opensearch.description, name="opensearch"),
]
