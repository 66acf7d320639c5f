"""Units, desks, people and their rights, working days, site furniture."""

from home.models.calendar import CalendarDay
from home.models.desks import Counter, Desk, DeskException, DeskHours
from home.models.furniture import PortalSettings
from home.models.jobs import JobRun, WorkerBeat
from home.models.logs import MembershipLogEntry, UnitLogEntry
from home.models.pages import HomePage
from home.models.people import Membership
from home.models.subjects import Subject
from home.models.units import Unit

__all__ = [
    "CalendarDay",
    "Counter",
    "Desk",
    "DeskException",
    "DeskHours",
    "HomePage",
    "JobRun",
    "Membership",
    "MembershipLogEntry",
    "PortalSettings",
    "Subject",
    "Unit",
    "UnitLogEntry",
    "WorkerBeat",
]
