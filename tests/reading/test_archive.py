import io
import stat
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.domain.errors import RefusedFile
from autograder.reading.archive import clean_name, is_zip, unpack
from autograder.settings import IntakeSettings

PDF = b"%PDF-1.7 a scan"
PNG = b"\x89PNG\r\n\x1a\n a photo"
LIMITS = IntakeSettings()
Members = list[tuple[str | zipfile.ZipInfo, bytes]]


def packed(members: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", method) as archive:
        warnings.simplefilter("ignore")  # two members of one name
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.fixture
def members(tmp_path: Path) -> Callable[..., dict[str, bytes | str]]:
    """Packs and unpacks: each member's name with its bytes or the reason of its refusal."""

    def found(content: Members | bytes, limits: IntakeSettings = LIMITS) -> dict[str, bytes | str]:
        path = tmp_path / "scans.zip"
        path.write_bytes(content if isinstance(content, bytes) else packed(content))
        return {
            name: result.reason if isinstance(result, RefusedFile) else result
            for name, result in unpack(path, "scans.zip", limits)
        }

    return found


Found = Callable[..., dict[str, bytes | str]]


def test_scans_come_out_with_their_folders_and_debris_does_not(members: Found) -> None:
    found = members(
        [
            ("S001/page 1.png", PNG),
            ("S002.pdf", PDF),
            ("S001/", b""),
            ("__MACOSX/S001/._page 1.png", b"\0\5\x16\7"),
            ("S001/.DS_Store", b"x"),
            ("Thumbs.db", b"x"),
        ]
    )
    assert found == {"S001/page 1.png": PNG, "S002.pdf": PDF}


def test_each_refused_member_has_its_reason_and_the_others_go_on(members: Found) -> None:
    link = zipfile.ZipInfo("link.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    found = members(
        [
            ("../evil.png", PNG),
            ("/root.png", PNG),
            ("C:\\windows.png", PNG),
            ("a\\..\\..\\b.png", PNG),
            (link, b"/etc/passwd"),
            ("virus.png", b"MZ" + bytes(50)),
            ("nothing.png", b""),
            ("core", b"\x00\x01\x02"),
            ("essay.txt", b"hello"),
            ("S001.pdf", PDF),
        ]
    )
    assert found.pop("S001.pdf") == PDF
    outside = [reason for reason in found.values() if "outside" in str(reason)]
    assert len(outside) == 4
    assert "link" in str(found["link.png"])
    assert "Windows program" in str(found["virus.png"])
    assert "empty" in str(found["nothing.png"])
    assert found.pop("essay.txt") == b"hello"
    assert "not a scan" in str(found["core"])


def test_a_zip_in_the_zip_is_opened_and_a_third_one_is_not(members: Found) -> None:
    third = packed([("deep.png", PNG)])
    second = packed([("S001.pdf", PDF), ("third.zip", third)])
    found = members([("class A.zip", second), ("S002.pdf", PDF)])
    assert found.pop("class A.zip/S001.pdf") == PDF
    assert found.pop("S002.pdf") == PDF
    assert "ZIP in a ZIP in a ZIP" in str(found.pop("class A.zip/third.zip"))
    assert not found


def test_a_damaged_zip_in_the_zip_is_refused_by_its_own_name(members: Found) -> None:
    found = members([("broken.zip", b"PK\x03\x04 no more"), ("S002.pdf", PDF)])
    assert "cut off" in str(found["broken.zip"])
    assert found["S002.pdf"] == PDF


def test_a_bomb_is_refused_unread(members: Found) -> None:
    found = members([("bomb.png", bytes(20_000_000)), ("S001.pdf", PDF)])
    assert "zip bomb" in str(found["bomb.png"])
    assert found["S001.pdf"] == PDF


def test_a_bomb_two_levels_deep_counts_too(members: Found) -> None:
    inner = packed([(f"{index}.pdf", PDF * 1000) for index in range(10)])
    limits = IntakeSettings(max_zip_bytes=60_000)
    found = members([("inner.zip", inner)], limits)
    read = sum(len(content) for content in found.values() if isinstance(content, bytes))
    assert read <= 60_000
    assert any("split it" in str(content) for content in found.values())


def test_an_encrypted_member_is_refused_by_name(members: Found) -> None:
    content = bytearray(packed([("S001.pdf", PDF)], zipfile.ZIP_STORED))
    content[6] |= 1  # the flag of the local header, then that of the directory
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    assert "password" in str(members(bytes(content))["S001.pdf"])


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packing_that_can_ask_for_gigabytes_is_refused(members: Found, method: int) -> None:
    assert "unusual way" in str(members(packed([("S001.pdf", PDF)], method))["S001.pdf"])


def test_too_many_members_are_refused_before_the_directory_is_read(members: Found) -> None:
    many = packed([(f"{index}.pdf", PDF) for index in range(30)])
    with pytest.raises(RefusedFile, match="more than 20 files"):
        members(many, IntakeSettings(max_zip_members=20))
    with pytest.raises(RefusedFile, match="more than 1 files"):
        members(many, IntakeSettings(max_zip_members=1))


def test_an_office_document_is_told_apart_from_a_zip_of_scans(members: Found) -> None:
    with pytest.raises(RefusedFile, match="Office document"):
        members([("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>")])


def test_a_document_in_the_zip_is_not_taken_apart(members: Found) -> None:
    slides = packed([("mimetype", b"application/x"), ("content.xml", b"<x/>")])
    pages = packed([("Index/Document.iwa", b"x"), ("preview.jpg", b"\xff\xd8\xff a page")])
    found = members([("asha/slides.odp", slides), ("asha/essay.pages", pages)])
    assert list(found) == ["asha/slides.odp", "asha/essay.pages"]
    assert all("save it as .docx, .odt or PDF" in str(reason) for reason in found.values())


def test_a_cut_off_zip_is_refused_with_its_name(members: Found) -> None:
    with pytest.raises(RefusedFile, match=r"scans\.zip: the ZIP is cut off"):
        members(packed([("S001.pdf", PDF)])[:-30])


def test_a_zip_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "scans.pdf"
    path.write_bytes(packed([("a.pdf", PDF)]))
    assert is_zip(path)
    path.write_bytes(PDF)
    assert not is_zip(path)


@given(st.text(max_size=400))
def test_names_are_safe_to_show(name: str) -> None:
    shown = clean_name(name)
    assert 0 < len(shown) <= 150
    assert not set(shown) & set("\n\r\t\x00\u202e\u200f\\")


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_damaged_zip_gives_members_or_refusals(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(packed([("S001.pdf", PDF), ("b/c.png", PNG * 40)]))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "fuzzed.zip"
    path.write_bytes(content)
    try:
        found = list(unpack(path, "fuzzed.zip", LIMITS))
    except RefusedFile as refused:
        assert refused.name == "fuzzed.zip"
    else:
        assert all(isinstance(result, bytes | RefusedFile) for _, result in found)
