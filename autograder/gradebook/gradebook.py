"""The gradebook: everything that is kept of exams, in one folder."""

from __future__ import annotations

from pathlib import Path

from autograder.gradebook.answers import Answers
from autograder.gradebook.books import Books
from autograder.gradebook.database import Database
from autograder.gradebook.drafts import Drafts
from autograder.gradebook.exams import Exams
from autograder.gradebook.job_queue import JobQueue
from autograder.gradebook.marks import Marks
from autograder.gradebook.migrations import bring_up_to_date
from autograder.gradebook.name_switches import NameSwitches
from autograder.gradebook.page_checks import PageChecks
from autograder.gradebook.page_doubts import PageDoubts
from autograder.gradebook.page_fixes import PageFixes
from autograder.gradebook.piles import Piles
from autograder.gradebook.promotions import Promotions
from autograder.gradebook.rosters import Rosters
from autograder.gradebook.rulings import Rulings
from autograder.gradebook.scans import ScanStore
from autograder.gradebook.scripts import Scripts
from autograder.gradebook.templates import Templates


class Gradebook:
    """Exams, rosters, scripts, answers, marks, jobs and books in ``folder``, made if missing.

    Any number of threads and processes of one machine may use a folder at the same time.
    StorageFailed: the folder can't be written, is damaged, or comes from a newer AutoGrader.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.expanduser().absolute()
        self.database = Database(self.folder)
        bring_up_to_date(self.database)
        self.scans = ScanStore(self.folder / "scans")
        self.exams = Exams(self.database)
        self.rosters = Rosters(self.database)
        self.scripts = Scripts(self.database)
        self.fixes = PageFixes(self.database)
        self.piles = Piles(self.database)
        self.checks = PageChecks(self.database)
        self.page_doubts = PageDoubts(self.database)
        self.templates = Templates(self.database)
        self.names = NameSwitches(self.database)
        self.answers = Answers(self.database)
        self.marks = Marks(self.database)
        self.rulings = Rulings(self.database)
        self.drafts = Drafts(self.database)
        self.promotions = Promotions(self.database)
        self.jobs = JobQueue(self.database)
        self.books = Books(self.database)

    def close(self) -> None:
        """Closes the database; what was acknowledged is on the disk already."""
        self.database.close()
