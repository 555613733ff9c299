"""Native code from Python functions, as all techniques have it."""

from daisy_lab.algorithms._compiled import FLAG, UNIFORM, Loop, compiled, loops, warm_up

__all__ = ["FLAG", "UNIFORM", "Loop", "compiled", "loops", "warm_up"]
