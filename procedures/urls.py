from django.urls import path, register_converter

from procedures.converters import ProcedureCodeConverter
from procedures.views import as_of, board, booklets, catalogue, files, listing, procedure, transparency

register_converter(ProcedureCodeConverter, "procedure_code")

urlpatterns = [
    path("thu-tuc/", catalogue.index, name="catalogue"),
    path("thu-tuc/<procedure_code:code>/", procedure.detail, name="procedure"),
    path("don-vi/<slug:slug>/thu-tuc/", catalogue.of_unit, name="unit_catalogue"),
    path("don-vi/<slug:slug>/thu-tuc/<procedure_code:code>/", listing.detail, name="listing"),
    path("don-vi/<slug:slug>/bang-niem-yet/", board.index, name="board"),
    path("don-vi/<slug:slug>/bang-niem-yet/sw.js", board.service_worker, name="board_worker"),
    path("don-vi/<slug:slug>/bang-niem-yet/mat-mang/", board.offline, name="board_offline"),
    path("don-vi/<slug:slug>/bang-niem-yet/so-tay/", booklets.whole, name="unit_booklet"),
    path(
        "don-vi/<slug:slug>/bang-niem-yet/so-tay/<slug:subject>/",
        booklets.volume,
        name="unit_booklet_volume",
    ),
    path("don-vi/<slug:slug>/bang-niem-yet/<procedure_code:code>/", board.detail, name="board_procedure"),
    path("don-vi/<slug:slug>/niem-yet/", as_of.choose, name="unit_as_of_choose"),
    path("don-vi/<slug:slug>/niem-yet/<str:day>/", as_of.index, name="unit_as_of"),
    path(
        "don-vi/<slug:slug>/niem-yet/<str:day>/<procedure_code:code>/",
        as_of.detail,
        name="unit_as_of_procedure",
    ),
    path("nhat-ky/goc.xml", as_of.roots_feed, name="ledger_roots"),
    path("nhat-ky/verify.py", as_of.verify_program, name="verify_program"),
    path("tep/<str:sha256>/<str:name>", files.form_file, name="form_file"),
    path("minh-bach/", transparency.index, name="transparency"),
    path("minh-bach/<slug:slug>/", transparency.of_unit, name="transparency_unit"),
    path("du-lieu/", transparency.open_data, name="open_data"),
    path("du-lieu/niem-yet.csv", transparency.measures_csv, name="measures_csv"),
]
