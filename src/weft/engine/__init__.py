from weft.engine.opening import open_engine

__all__ = ["open_engine"]
