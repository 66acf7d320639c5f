"""The official catalogue, who is competent, what must be listed, what is listed, and the proof."""

from procedures.models.booklets import Booklet, BookletState
from procedures.models.catalogue import CatalogueIndexPage, ProcedureBasis, ProcedurePage
from procedures.models.competence import Competence
from procedures.models.decisions import (
    AnnouncementDecision,
    DecisionDraft,
    DecisionLine,
    DecisionRepeal,
    DecisionTask,
)
from procedures.models.digests import Digest, DigestChoice
from procedures.models.forms import ControlledForm, FormVersion
from procedures.models.imports import ImportedProcedure, ImportPurpose, ImportRun, ImportState
from procedures.models.inspections import (
    Explanation,
    InspectedUnit,
    InspectionFile,
    InspectionItem,
    InspectionLogEntry,
    InspectionRound,
    RoundState,
    Verdict,
)
from procedures.models.ledger import (
    LedgerBody,
    LedgerEntry,
    LedgerHead,
    LedgerKind,
    LedgerRoot,
    ProcedureVersion,
    StaffKey,
)
from procedures.models.listings import Listing, ListingLogEntry
from procedures.models.scoring import ScoringScheme, UnitMeasure
from procedures.models.watching import Divergence, LinkCheck
from procedures.models.workflow import UnitApprovalTask

__all__ = [
    "AnnouncementDecision",
    "Booklet",
    "BookletState",
    "CatalogueIndexPage",
    "Competence",
    "ControlledForm",
    "DecisionDraft",
    "DecisionLine",
    "DecisionRepeal",
    "DecisionTask",
    "Digest",
    "DigestChoice",
    "Divergence",
    "Explanation",
    "FormVersion",
    "ImportPurpose",
    "ImportRun",
    "ImportState",
    "ImportedProcedure",
    "InspectedUnit",
    "InspectionFile",
    "InspectionItem",
    "InspectionLogEntry",
    "InspectionRound",
    "LedgerBody",
    "LedgerEntry",
    "LedgerHead",
    "LedgerKind",
    "LedgerRoot",
    "LinkCheck",
    "Listing",
    "ListingLogEntry",
    "ProcedureBasis",
    "ProcedurePage",
    "ProcedureVersion",
    "RoundState",
    "ScoringScheme",
    "StaffKey",
    "UnitApprovalTask",
    "UnitMeasure",
    "Verdict",
]
