"""Everything about one unit of a round as one archive: reports, frozen figures, log, evidence, the ledger's extract."""

from __future__ import annotations

import io
import json
import zipfile

from procedures.inspections.concluding import unit_records
from procedures.inspections.exports.docx import write_docx
from procedures.inspections.exports.pdf import write_pdf
from procedures.inspections.exports.xlsx import write_xlsx
from procedures.inspections.freezing import exact
from procedures.inspections.papers import unit_paper
from procedures.ledger.chain import canonical_json
from procedures.ledger.evidence import gather_evidence
from procedures.models import InspectedUnit

GUIDE = """Hồ sơ kiểm tra của một đơn vị.

bien-ban.pdf, bien-ban.docx, bien-ban.xlsx   biên bản
so-lieu-da-chot.json      số liệu chốt khi mở đợt; SHA-256 của đúng tệp này là mã băm số liệu trên biên bản
ket-luan.json             kết quả, giải trình, điểm; SHA-256 của đúng tệp này là mã băm biên bản (có khi đợt đã kết luận)
nhat-ky.json              các bước của đợt đối với đơn vị
tep/                      ảnh, ảnh chụp màn hình, văn bản kèm theo, đứng dưới SHA-256 của mình
so-niem-yet/              trích sổ niêm yết; trong đó chạy “python3 -I verify.py --ket-luan ../ket-luan.json” để kiểm tra cả sổ
                          lẫn kết luận (đợt chưa kết luận thì không có --ket-luan)
"""


def dossier_zip(inspected: InspectedUnit) -> bytes:
    """Raises TypesettingFailed."""
    paper = unit_paper(inspected)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("HUONG-DAN.txt", GUIDE)
        archive.writestr("bien-ban.pdf", write_pdf(paper, template="inspection-report.typ"))
        archive.writestr("bien-ban.docx", write_docx(paper))
        archive.writestr("bien-ban.xlsx", write_xlsx(paper))
        archive.writestr("so-lieu-da-chot.json", canonical_json(inspected.frozen))
        record = unit_records([inspected])[inspected.pk]
        archive.writestr("ket-luan.json", canonical_json(exact(record)))
        archive.writestr("nhat-ky.json", json.dumps(_log(inspected), ensure_ascii=False, indent=1))
        for file in inspected.files.order_by("pk"):
            with file.file.open("rb") as content:
                archive.writestr(f"tep/{file.sha256[:16]}-{file.name}", content.read())
        for name, text in gather_evidence(inspected.unit, inspected.round.as_of).files.items():
            archive.writestr(f"so-niem-yet/{name}", text)
    return out.getvalue()


def _log(inspected: InspectedUnit) -> list[dict[str, object]]:
    steps = inspected.round.steps.filter(inspected=inspected).select_related("user").order_by("pk")
    return [
        {
            "at": step.at.isoformat(),
            "action": step.action,
            "who": step.user.get_username() if step.user else "",
            "data": step.data,
        }
        for step in steps
    ]
