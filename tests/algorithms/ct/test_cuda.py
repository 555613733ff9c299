"""Every CUDA kernel of the package compiles for real devices, also on a machine that has none."""

from __future__ import annotations

import ctypes
import ctypes.util
import importlib
import importlib.util
import pkgutil
from functools import cache
from pathlib import Path

import pytest

from daisy_lab import algorithms
from daisy_lab.algorithms._cuda import OPTIONS

_OLDEST = 70
_LEAST = (80, 90)


def _sources() -> dict[str, str]:
    """Find the kernels' sources: strings whose name ends in SOURCE, in modules whose name ends in _cupy."""
    found = {}
    for module in pkgutil.walk_packages(algorithms.__path__, f"{algorithms.__name__}."):
        if module.name.endswith("_cupy"):
            loaded = vars(importlib.import_module(module.name))
            short = module.name.removeprefix(f"{algorithms.__name__}.")
            found |= {
                f"{short}.{name}": value
                for name, value in loaded.items()
                if name.endswith("SOURCE") and isinstance(value, str)
            }
    return found


_SOURCES = _sources()


class _Compiler:
    """NVRTC, the compiler that CuPy uses, from its wheel or from an installed CUDA."""

    def __init__(self, path: str) -> None:
        self._library = ctypes.CDLL(path)
        self._library.nvrtcGetErrorString.restype = ctypes.c_char_p
        self.architectures = self._architectures()

    def cubin(self, source: str, architecture: int) -> bytes:
        """Compile as CuPy does for a device of this architecture."""
        program = ctypes.c_void_p()
        self._check(
            self._library.nvrtcCreateProgram(
                ctypes.byref(program), source.encode(), b"kernel.cu", 0, None, None
            )
        )
        options = [*OPTIONS, f"-arch=sm_{architecture}"]
        given = (ctypes.c_char_p * len(options))(*[option.encode() for option in options])
        status = self._library.nvrtcCompileProgram(program, len(options), given)
        assert status == 0, self._text(program, "ProgramLog").rstrip(b"\0").decode()
        made = self._text(program, "CUBIN")
        self._check(self._library.nvrtcDestroyProgram(ctypes.byref(program)))
        return made

    def _architectures(self) -> list[int]:
        count = ctypes.c_int()
        self._check(self._library.nvrtcGetNumSupportedArchs(ctypes.byref(count)))
        numbers = (ctypes.c_int * count.value)()
        self._check(self._library.nvrtcGetSupportedArchs(numbers))
        return sorted(numbers)

    def _text(self, program: ctypes.c_void_p, what: str) -> bytes:
        size = ctypes.c_size_t()
        self._check(getattr(self._library, f"nvrtcGet{what}Size")(program, ctypes.byref(size)))
        text = ctypes.create_string_buffer(size.value)
        self._check(getattr(self._library, f"nvrtcGet{what}")(program, text))
        return text.raw

    def _check(self, status: int) -> None:
        assert status == 0, self._library.nvrtcGetErrorString(status)


@cache
def _libraries() -> list[str]:
    """Give where NVRTC lies: in the wheels for CUDA 12 and 13, or where the system looks."""
    found = []
    for package in ("nvidia.cuda_nvrtc", "nvidia.cu13"):
        try:
            spec = importlib.util.find_spec(package)
        except ModuleNotFoundError:
            continue
        for folder in (spec.submodule_search_locations or []) if spec else []:
            found += [str(path) for path in Path(folder, "lib").glob("libnvrtc.so.*")]
    system = ctypes.util.find_library("nvrtc")
    return found or ([system] if system else [])


@pytest.fixture(scope="module")
def compiler() -> _Compiler:
    if not _libraries():
        pytest.skip("no NVRTC: install nvidia-cuda-nvrtc-cu12, or nvidia-cuda-nvrtc for CUDA 13")
    return _Compiler(_libraries()[0])


@pytest.mark.parametrize("name", sorted(_SOURCES))
def test_a_source_compiles_for_every_architecture(name: str, compiler: _Compiler) -> None:
    known = compiler.architectures
    assert set(_LEAST) <= set(known)
    # One of each generation: the last digit changes sizes, not the language.
    newer = {number // 10: number for number in reversed(known) if number > _LEAST[-1]}
    for architecture in sorted(
        {number for number in (_OLDEST, *_LEAST) if number in known} | {*newer.values()}
    ):
        assert compiler.cubin(_SOURCES[name], architecture).startswith(b"\x7fELF")


def test_a_source_that_is_wrong_does_not_compile(compiler: _Compiler) -> None:
    with pytest.raises(AssertionError, match="nothing_of_this_name"):
        compiler.cubin('extern "C" __global__ void wrong(float *x) { x[0] = nothing_of_this_name; }', 80)


def test_every_kernel_is_found_by_its_name() -> None:
    root = Path(next(iter(algorithms.__path__)))
    for path in root.rglob("*.py"):
        if "__global__ void" not in path.read_text("utf-8"):
            continue
        module = ".".join(path.relative_to(root).with_suffix("").parts)
        found = "".join(text for name, text in _SOURCES.items() if name.startswith(f"{module}."))
        declared = path.read_text("utf-8").count("__global__ void")
        assert found.count("__global__ void") >= declared, f"{path}: a source has no name ending in SOURCE"
