from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile, ZipInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.domain.errors import EngineUnavailable, RefusedFile, StorageFailed
from autograder.domain.learned import LearnedModel
from autograder.grading.language import adapters
from autograder.learning.registry import contents, proofs
from autograder.learning.registry.one_file import export, import_model
from autograder.learning.registry.registry import Registry
from tests.learning.registry import learned

WEIGHTS = "adapter_model.safetensors"


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "mine", {"lora": adapters.read})


@pytest.fixture
def other(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "theirs", {"lora": adapters.read})


@pytest.fixture
def model(registry: Registry, tmp_path: Path) -> LearnedModel:
    return registry.add(learned.lora(tmp_path / "run"), learned.described())


@pytest.fixture
def file(registry: Registry, model: LearnedModel, tmp_path: Path) -> Path:
    return export(registry, model.id, tmp_path)


def test_a_model_goes_to_another_machine_without_loss(
    registry: Registry, other: Registry, model: LearnedModel, file: Path
) -> None:
    assert file.name == f"{model.id}.zip"
    assert import_model(other, file) == model
    other.verify(model.id)
    for name in (*model.files, "manifest.json", "README.md", "SHA256SUMS"):
        theirs, mine = (each.path(model.id) / name for each in (other, registry))
        assert theirs.read_bytes() == mine.read_bytes()
    assert import_model(other, file) == model
    assert other.all() == [model]


def test_the_same_model_is_the_same_file_and_takes_no_comparisons_along(
    registry: Registry, other: Registry, model: LearnedModel, file: Path, tmp_path: Path
) -> None:
    proofs.keep(registry.path(model.id), proofs.Proof("", "better", ("Asha Rao's marks",)))
    again = export(registry, model.id, tmp_path / "again.zip")
    assert again.read_bytes() == file.read_bytes()
    import_model(other, again)
    assert proofs.newest(other.path(model.id), "") is None


def test_a_damaged_model_is_not_handed_on(
    registry: Registry, model: LearnedModel, tmp_path: Path
) -> None:
    (registry.path(model.id) / WEIGHTS).write_bytes(b"")
    with pytest.raises(EngineUnavailable, match="damaged"):
        export(registry, model.id, tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists()


def test_a_folder_that_cannot_be_written_is_said(
    registry: Registry, model: LearnedModel, tmp_path: Path
) -> None:
    with pytest.raises(StorageFailed, match="can't be used"):
        export(registry, model.id, tmp_path / "nowhere" / "x.zip")


def rewritten(file: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """The archive with other members than it was exported with."""
    with ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def add(name: str, content: bytes = b"x") -> Callable[[Path], None]:
    return lambda file: rewritten(file, lambda members: members.update({name: content}))


def drop(name: str) -> Callable[[Path], None]:
    return lambda file: rewritten(file, lambda members: members.__delitem__(name))


def link(file: Path) -> None:
    with ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with ZipFile(file, "w") as archive:
        for name, content in members.items():
            info = ZipInfo(name)
            if name == WEIGHTS:
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, b"/etc/passwd" if name == WEIGHTS else content)


def bomb(file: Path) -> None:
    with ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, b"\0" * 30_000_000 if name == WEIGHTS else content)


def understate(file: Path) -> None:
    """A member that unpacks to more than it says."""
    bomb(file)
    content = file.read_bytes()
    said = (30_000_000).to_bytes(4, "little")
    file.write_bytes(content.replace(said, (100).to_bytes(4, "little")))


def pack(method: int) -> Callable[[Path], None]:
    def packed(file: Path) -> None:
        with ZipFile(file) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        with ZipFile(file, "w", method) as archive:
            for name, content in members.items():
                archive.writestr(name, content)

    return packed


def open_out(file: Path) -> None:
    file.unlink()
    file.mkdir()


def twice(file: Path) -> None:
    with ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(WEIGHTS, b"another")


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "no ZIP": (lambda file: file.write_bytes(b"PK but not"), "no learned model"),
    "empty": (lambda file: file.write_bytes(b""), "no learned model"),
    "gone": (Path.unlink, "not there"),
    "no manifest": (drop("manifest.json"), "no manifest.json"),
    "broken manifest": (add("manifest.json"), "manifest.json is damaged"),
    "huge manifest": (add("manifest.json", b" " * 6_000_000), "damaged"),
    "missing weights": (drop(WEIGHTS), "is missing in it"),
    "other weights": (add(WEIGHTS), "its sum is not"),
    "climbs out": (add("../../evil.py"), "doesn't name"),
    "absolute": (add("/etc/cron.d/evil"), "doesn't name"),
    "pickle": (add("training_args.bin"), "doesn't name"),
    "folder": (add("sub/"), "doesn't name"),
    "proofs of its own": (add("proofs.jsonl", b'{"verdict": "better"}'), "doesn't name"),
    "a link": (link, "no plain file"),
    "a bomb": (bomb, "its sum is not|larger than"),
    "understated": (understate, "damaged"),
    "packed by LZMA": (pack(ZIP_LZMA), "packed in another way"),
    "packed by bzip2": (pack(ZIP_BZIP2), "packed in another way"),
    "a folder itself": (open_out, "can't be opened"),
    "one name twice": (twice, "its sum is not"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_by_its_name_and_nothing_is_kept(
    other: Registry, file: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(contents.MOST_BYTES, "lora", 20_000_000)
    spoil, reason = BAD[name]
    spoil(file)
    before = {path for path in tmp_path.rglob("*") if "theirs" not in path.parts}
    with pytest.raises(RefusedFile, match=f"^{file.name}: .*({reason})"):
        import_model(other, file)
    assert other.all() == []
    assert not list(other.folder.glob("[!.]*"))
    assert {path for path in tmp_path.rglob("*") if "theirs" not in path.parts} == before


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None
)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_flipped_bit_anywhere_is_refused_or_changes_nothing(
    other: Registry, model: LearnedModel, file: Path, tmp_path: Path, place: float, bit: int
) -> None:
    content = bytearray(file.read_bytes())
    content[int(place * len(content))] ^= 1 << bit
    broken = tmp_path / "broken.zip"
    broken.write_bytes(content)
    try:
        found = import_model(other, broken)
    except RefusedFile:
        assert other.all() == []
    else:
        assert found == model
        other.verify(model.id)
        other.remove(model.id)
