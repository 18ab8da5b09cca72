"""Weft: domain folders become published, queryable data products. Importing it is cheap: each name is fetched when it is first used."""

# As typing has it; importing that would be most of what importing Weft costs.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from weft.engine.python.authoring import table as table
    from weft.errors import Busy as Busy
    from weft.errors import ChecksFailed as ChecksFailed
    from weft.errors import DeliveryFault as DeliveryFault
    from weft.errors import EngineFault as EngineFault
    from weft.errors import Faults as Faults
    from weft.errors import Misuse as Misuse
    from weft.errors import Moved as Moved
    from weft.errors import NotKept as NotKept
    from weft.errors import NotSignedIn as NotSignedIn
    from weft.errors import Refused as Refused
    from weft.errors import RegistryBusy as RegistryBusy
    from weft.errors import RegistryFault as RegistryFault
    from weft.errors import SourceFault as SourceFault
    from weft.errors import StoreFault as StoreFault
    from weft.errors import TooLarge as TooLarge
    from weft.errors import TooOften as TooOften
    from weft.errors import TransformFault as TransformFault
    from weft.errors import Unknown as Unknown
    from weft.errors import WeftError as WeftError
    from weft.session.client import ConnectedMesh as ConnectedMesh
    from weft.session.client import connect as connect
    from weft.session.fetched import Fetched as Fetched
    from weft.session.python import OpenMesh as OpenMesh
    from weft.session.python import open_mesh as open
    from weft.session.result import Result as Result

    __version__: str

__all__ = [
    "Busy",
    "ChecksFailed",
    "ConnectedMesh",
    "DeliveryFault",
    "EngineFault",
    "Faults",
    "Fetched",
    "Misuse",
    "Moved",
    "NotKept",
    "NotSignedIn",
    "OpenMesh",
    "Refused",
    "RegistryBusy",
    "RegistryFault",
    "Result",
    "SourceFault",
    "StoreFault",
    "TooLarge",
    "TooOften",
    "TransformFault",
    "Unknown",
    "WeftError",
    "__version__",
    "connect",
    "open",
    "table",
]

_ELSEWHERE = {
    "ConnectedMesh": ("weft.session.client", "ConnectedMesh"),
    "Fetched": ("weft.session.fetched", "Fetched"),
    "OpenMesh": ("weft.session.python", "OpenMesh"),
    "Result": ("weft.session.result", "Result"),
    "connect": ("weft.session.client", "connect"),
    "open": ("weft.session.python", "open_mesh"),
    "table": ("weft.engine.python.authoring", "table"),
}
"""Where a name is found, and what it is called there; all others are errors."""


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'weft' has no attribute '{name}'")
    if name == "__version__":
        from importlib.metadata import version

        found: object = version("weft")
    else:
        from importlib import import_module

        module, called = _ELSEWHERE.get(name, ("weft.errors", name))
        found = getattr(import_module(module), called)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
