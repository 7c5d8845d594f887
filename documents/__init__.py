"""documents: files, provisions, who issued what when, what is in force, where it applies.

Public: the nouns (`Document`, `Provision`, `Kind`, `Level`, `Check`), `gather`, `read_paths`, `parse`, and the places.
"""

from documents.errors import CatalogError, DocumentError, UnknownRegion, UnreadableFile
from documents.library import gather, home, shipped
from documents.model import NATIONAL, Check, Document, Kind, Level, Provision, weakest
from documents.parse import parse, part_at
from documents.read import Problem, Reading, read_paths
from documents.region import NATION, Region, find_regions, parse_region, provinces, short_name

__all__ = [
    "NATION",
    "NATIONAL",
    "CatalogError",
    "Check",
    "Document",
    "DocumentError",
    "Kind",
    "Level",
    "Problem",
    "Provision",
    "Reading",
    "Region",
    "UnknownRegion",
    "UnreadableFile",
    "find_regions",
    "gather",
    "home",
    "parse",
    "parse_region",
    "part_at",
    "provinces",
    "read_paths",
    "shipped",
    "short_name",
    "weakest",
]
