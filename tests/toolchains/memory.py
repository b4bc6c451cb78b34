"""Files and a machine that are only in memory, for surveys of anything."""

from collections.abc import Mapping, Sequence


class MemoryFiles:
    """A tree of files by path; `closed` are folders that a walk would not enter."""

    def __init__(self, files: Mapping[str, str], closed: Sequence[str] = ()) -> None:
        self.folder = "/memory"
        self._files = dict(files)
        self._closed = closed
        folders = {path[: at + 1] for path in files for at in range(len(path)) if path[at] == "/"}
        self._names = sorted(
            one for one in {*files, *folders} if not any(one != end and one.startswith(end) for end in closed)
        )

    def names(self) -> Sequence[str]:
        return self._names

    def closed(self) -> Sequence[str]:
        return self._closed

    def whole(self) -> bool:
        return True

    def read(self, path: str) -> str:
        return self._files.get(path, "")

    def newer(self, one: str, other: str) -> bool:
        return False

    def holds(self, path: str) -> bool:
        return path in self._files or any(one.startswith(f"{path}/") for one in self._files)

    def listed(self, folder: str) -> Sequence[str]:
        return sorted({one[len(folder) + 1 :].split("/")[0] for one in self._files if one.startswith(f"{folder}/")})


class MemoryMachine:
    """A machine by the text of its files; programs are those in /bin."""

    def __init__(self, files: Mapping[str, str] = {}, environ: Mapping[str, str] = {}) -> None:
        self.environ: Mapping[str, str] = environ
        self._files = MemoryFiles({path.strip("/"): text for path, text in files.items()})

    def program(self, name: str) -> str:
        return f"/bin/{name}" if self._files.holds(f"bin/{name}") else ""

    def read(self, path: str) -> str:
        return self._files.read(path.strip("/"))

    def listed(self, folder: str) -> Sequence[str]:
        return self._files.listed(folder.strip("/"))
