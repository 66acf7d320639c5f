"""A file on its way to becoming a decision: examined, read, kept as a draft that no error loses."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from procedures.decisions.proposal import Proposal, UnreadableDecision, to_json
from procedures.decisions.reading import read_decision
from procedures.editing.upload_rules import RefusedFile, accept
from procedures.models import DecisionDraft
from procedures.models.decisions import DraftState

KINDS = ("docx", "xlsx")
MAX_NAME = 255


def read_upload(data: bytes, *, name: str) -> Proposal:
    """Judged by content before anything is read. Raises UnreadableDecision, worded for the person."""
    try:
        kind = accept(BytesIO(data), name).kind
    except RefusedFile as error:
        raise UnreadableDecision(str(error)) from error
    if kind not in KINDS:
        raise UnreadableDecision(
            _("Chỉ đọc được quyết định ở dạng .docx hoặc .xlsx; tệp này là .%(kind)s.") % {"kind": kind}
        )
    return read_decision(data, name=name)


def receive_file(*, data: bytes, name: str, user: Any) -> tuple[DecisionDraft, bool]:
    """(draft, whether it is new): the same file again finds the draft that waits, with its answers."""
    proposal = read_upload(data, name=name)
    waiting = (
        DecisionDraft.objects.filter(source_sha256=proposal.source_sha256)
        .exclude(state=DraftState.APPLIED)
        .first()
    )
    if waiting is not None:
        return waiting, False
    return keep_draft(proposal, data=data, name=name, user=user), True


def keep_draft(proposal: Proposal, *, data: bytes, name: str, user: Any) -> DecisionDraft:
    draft = DecisionDraft(
        proposal=to_json(proposal),
        source_name=name[:MAX_NAME],
        source_sha256=proposal.source_sha256,
        created_by=user if user is not None and user.pk else None,
    )
    suffix = name.lower().rpartition(".")[2]
    draft.file.save(f"quyet-dinh.{suffix if suffix in KINDS else 'docx'}", ContentFile(data), save=False)
    draft.save()
    return draft


def read_again(draft: DecisionDraft) -> Proposal:
    """The stored file read anew, as by a newer release. Raises UnreadableDecision."""
    with draft.file.open("rb") as stored:
        return read_decision(stored.read(), name=draft.source_name)


def empty_draft(*, user: Any) -> DecisionDraft:
    """For a decision that somebody types in."""
    proposal = Proposal(
        number="", signed_on=None, signer="", issuer="", title="", effective_on=None, lines=(), tasks=(), repeals=(),
        counts=(), questions=(), skipped_tables=(), source_name="", source_sha256="",
    )  # fmt: skip
    return DecisionDraft.objects.create(proposal=to_json(proposal), created_by=user)
