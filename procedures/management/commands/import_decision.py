from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from procedures.decisions.applying import DecisionNotApplied, apply_decision
from procedures.decisions.checking import Check, check
from procedures.decisions.proposal import Proposal, UnreadableDecision
from procedures.decisions.question_files import UnreadableAnswers, read_answers, write_questions
from procedures.decisions.reading import read_decision
from procedures.decisions.receiving import keep_draft
from procedures.decisions.report import applied_words, preview_lines, question_lines
from procedures.importing.bulk import MissingTree
from procedures.models import DecisionDraft

MAX_FILE = 50 * 1024 * 1024


class Command(BaseCommand):
    help = (
        "An announcing decision from .docx or .xlsx: a preview of its lines and the open questions, written to a file to"
        " be answered; --apply keeps it, all or nothing, and refuses while a blocking question is open."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help=".docx, .xlsx")
        parser.add_argument("--apply", action="store_true", help="write it to the database")
        parser.add_argument("--answers", metavar="FILE", help="answers: the questions' file, filled in")
        parser.add_argument(
            "--questions",
            metavar="FILE",
            help="where to write the questions; in the working directory unless given",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="change nothing: neither database nor files"
        )

    def handle(
        self,
        *args: Any,
        file: str,
        apply: bool,
        answers: str | None,
        questions: str | None,
        dry_run: bool,
        **options: Any,
    ) -> None:
        path = Path(file)
        data = self._bytes(path)
        given = self._answers(answers)
        try:
            proposal = read_decision(data, name=path.name)
        except UnreadableDecision as error:
            raise CommandError(f"{path.name}: {error}", returncode=2) from error
        found = check(proposal, given)
        for line in preview_lines(found):
            self.stdout.write(line)
        unknown = sorted(set(given) - {question.key for question in found.questions})
        if unknown:
            self.stderr.write("Câu trả lời không ứng với câu hỏi nào: " + ", ".join(unknown))
        self._ask(found, path, questions, given, dry_run=dry_run)
        if found.blocking:
            self.stderr.write(
                f"Còn {len(found.blocking)} câu hỏi bắt buộc chưa trả lời; chưa áp dụng, chưa ghi gì vào cơ sở dữ liệu."
            )
            raise SystemExit(1)
        if apply:
            self._apply(proposal, data, path.name, given, dry_run=dry_run)
            return
        self.stdout.write("Chỉ xem trước, chưa ghi gì vào cơ sở dữ liệu. Thêm --apply để áp dụng.")
        if found.open:
            # Open ones don't keep anybody from applying; a script that only looks is told of them all the same.
            raise SystemExit(1)

    def _apply(
        self, proposal: Proposal, data: bytes, name: str, answers: dict[str, str], *, dry_run: bool
    ) -> None:
        draft: DecisionDraft | None = None
        try:
            with transaction.atomic():
                draft = keep_draft(proposal, data=data, name=name, user=None)
                draft.answers = answers
                draft.save(update_fields=["answers"])
                words = applied_words(apply_decision(draft=draft, user=None))
                if dry_run:
                    transaction.set_rollback(True)
        except (DecisionNotApplied, MissingTree) as error:
            self._forget_file(draft)
            for line in question_lines(getattr(error, "questions", ())):
                self.stderr.write(line)
            self.stderr.write(str(error))
            raise SystemExit(1) from error
        except BaseException:
            self._forget_file(draft)
            raise
        if dry_run:
            self._forget_file(draft)
            words = f"Chạy thử, không ghi gì: {words}"
        self.stdout.write(words)

    @staticmethod
    def _forget_file(draft: DecisionDraft | None) -> None:
        """Rolling back doesn't take a stored file away."""
        if draft is not None and draft.file.name:
            draft.file.storage.delete(draft.file.name)

    def _bytes(self, path: Path) -> bytes:
        try:
            if path.stat().st_size > MAX_FILE:
                raise CommandError(f"{path.name}: tệp lớn hơn {MAX_FILE // 1024 // 1024} MB.", returncode=2)
            return path.read_bytes()
        except OSError as error:
            raise CommandError(f"Không đọc được tệp {path}: {error.strerror}.", returncode=2) from error

    def _answers(self, answers: str | None) -> dict[str, str]:
        if not answers:
            return {}
        try:
            return read_answers(Path(answers).read_text(encoding="utf-8-sig"), name=Path(answers).name)
        except OSError as error:
            raise CommandError(f"Không đọc được tệp {answers}: {error.strerror}.", returncode=2) from error
        except (UnreadableAnswers, UnicodeDecodeError) as error:
            raise CommandError(str(error), returncode=2) from error

    def _ask(
        self, found: Check, path: Path, target: str | None, given: dict[str, str], *, dry_run: bool
    ) -> None:
        """Open questions on the screen, all of them in the file; answers that stand in it already are kept."""
        if not found.open:
            self.stdout.write("Không còn câu hỏi nào.")
            return
        self.stdout.write("")
        self.stdout.write(f"Câu hỏi còn mở: {len(found.open)}, trong đó bắt buộc: {len(found.blocking)}.")
        for line in question_lines(found.open):
            self.stdout.write(f"  {line}")
        if dry_run:
            return
        place = Path(target) if target else Path(f"{path.name}.cau-hoi.yaml")
        kept: dict[str, str] = {}
        if place.exists():
            try:
                kept = read_answers(place.read_text(encoding="utf-8-sig"), name=place.name)
            except (OSError, UnreadableAnswers, UnicodeDecodeError):
                self.stderr.write(f"{place} đã có và không đọc được, nên không ghi đè câu hỏi vào đó.")
                return
        title = f"Câu hỏi về Quyết định số {found.proposal.number} ({path.name})"
        text = write_questions(found.questions, title=title, answers={**kept, **given})
        try:
            place.write_text(text, encoding="utf-8")
        except OSError as error:
            self.stderr.write(f"Không ghi được câu hỏi vào {place}: {error.strerror}. Dùng --questions TỆP.")
            return
        self.stdout.write(f"Câu hỏi đã ghi vào {place}")
