"""The official catalogue, who is competent, what must be listed, and what is listed."""

from procedures.models.catalogue import CatalogueIndexPage, ProcedureBasis, ProcedurePage
from procedures.models.competence import Competence
from procedures.models.decisions import AnnouncementDecision, DecisionLine
from procedures.models.forms import ControlledForm, FormVersion
from procedures.models.imports import ImportedProcedure, ImportRun, ImportState
from procedures.models.listings import Listing, ListingLogEntry
from procedures.models.workflow import UnitApprovalTask

__all__ = [
    "AnnouncementDecision",
    "CatalogueIndexPage",
    "Competence",
    "ControlledForm",
    "DecisionLine",
    "FormVersion",
    "ImportRun",
    "ImportState",
    "ImportedProcedure",
    "Listing",
    "ListingLogEntry",
    "ProcedureBasis",
    "ProcedurePage",
    "UnitApprovalTask",
]
