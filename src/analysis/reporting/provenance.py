"""What a report was made from: parameters, and the hashes of data, notebook, package and lock."""

import hashlib
from typing import Any

from analysis.cleaning.processed import raw_hashes, sha256
from analysis.project import Project
from analysis.reporting.catalogue import Job


def provenance(job: Job) -> dict[str, Any]:
    """What a report was made from: parameters, and the SHA-256 of each input; nothing of the machine or the day."""
    project = job.project
    processed = sorted(path for path in project.processed.iterdir() if not path.name.startswith("."))
    return {
        "report": job.name,
        "notebook": project.name(job.notebook),
        "parameters": job.parameters,
        "sha256": {
            "raw": raw_hashes(project),
            "processed": {project.name(path): sha256(path) for path in processed},
            "notebook": sha256(job.notebook),
            "package": package_hash(project),
            "lock": sha256(project.lock),
        },
    }


def package_hash(project: Project) -> str:
    """One SHA-256 over every file of the package, by name and content."""
    digest = hashlib.sha256()
    for path in sorted(project.package.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{project.name(path)}\0{sha256(path)}\n".encode())
    return digest.hexdigest()
