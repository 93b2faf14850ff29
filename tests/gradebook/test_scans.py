import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.domain.errors import NotFound, StorageFailed
from autograder.gradebook.scans import ScanStore


@pytest.fixture
def scans(tmp_path: Path) -> ScanStore:
    return ScanStore(tmp_path / "scans")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(content=st.binary(max_size=200))
def test_what_is_kept_comes_back_unchanged(scans: ScanStore, content: bytes) -> None:
    sha = scans.add(content)
    assert sha == hashlib.sha256(content).hexdigest()
    assert scans.read(sha) == content
    assert scans.add(content) == sha
    assert scans.unfinished() == []


def test_a_file_is_kept_as_a_copy(scans: ScanStore, tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(b"%PDF" * 700_000)
    sha = scans.add_file(tmp_path / "scan.pdf")
    (tmp_path / "scan.pdf").write_bytes(b"changed")
    assert scans.read(sha) == b"%PDF" * 700_000
    assert scans.all() == [sha]


def test_a_scan_that_changed_on_the_disk_is_not_passed_on(scans: ScanStore) -> None:
    sha = scans.add(b"a scan")
    scans.path(sha).write_bytes(b"a sCan")
    with pytest.raises(StorageFailed, match="damaged"):
        scans.read(sha)
    with pytest.raises(StorageFailed, match="damaged"):
        scans.check(sha)
    scans.add(b"a scan")
    assert scans.read(sha) == b"a scan"


@pytest.mark.parametrize("sha", ["0" * 64, "", "../../etc/passwd", "A" * 64])
def test_what_is_not_there_is_not_found(scans: ScanStore, sha: str) -> None:
    with pytest.raises(NotFound):
        scans.path(sha)
