"""The base-2 logarithm from additions, products and quotients alone.

The C library's ``log2`` differs in its last bit between platforms, and a last bit can turn a merge. This
one uses only operations that IEEE 754 rounds in one way, in one order, so a taxonomy has the same bytes
everywhere, interpreted, compiled or by arrays.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_SQRT_HALF = 0.7071067811865476
# log2(m) = sum over k of C[k] * s**(2k + 1), with s = (m - 1)/(m + 1) and C[k] = 2 / (ln 2 * (2k + 1)).
# For m in [sqrt 1/2, sqrt 2] the first term left out is below 1e-18 of the sum.
_C0 = 2.8853900817779268
_C1 = 0.961796693925975604
_C2 = 0.577078016355585362
_C3 = 0.412198583111132402
_C4 = 0.320598897975325201
_C5 = 0.262308189252538800
_C6 = 0.221953083213686677
_C7 = 0.192359338785195120
_C8 = 0.169728828339878047
_C9 = 0.151862635883048779
_C10 = 0.137399527703710800


def log2(x: float) -> float:
    """The base-2 logarithm of a positive normal float, within two units of the last place.

    Powers of two are exact. The caller sees to ``x > 0``; volumes and their quotients always are.

    Example:
        >>> log2(8.0), abs(log2(3.0) - 1.584962500721156) < 1e-15
        (3.0, True)
    """
    mantissa, exponent = math.frexp(x)
    if mantissa < _SQRT_HALF:
        mantissa = mantissa * 2.0
        exponent = exponent - 1
    s = (mantissa - 1.0) / (mantissa + 1.0)
    z = s * s
    tail = _C9 + z * _C10
    tail = _C8 + z * tail
    tail = _C7 + z * tail
    tail = _C6 + z * tail
    tail = _C5 + z * tail
    tail = _C4 + z * tail
    tail = _C3 + z * tail
    tail = _C2 + z * tail
    tail = _C1 + z * tail
    tail = _C0 + z * tail
    return exponent + s * tail


def log2_array(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """:func:`log2` of every element, bit for bit.

    Example:
        >>> log2_array(np.array([1.0, 3.0])).tolist() == [log2(1.0), log2(3.0)]
        True
    """
    mantissa, exponent = np.frexp(x)
    low = mantissa < _SQRT_HALF
    mantissa = np.where(low, mantissa * 2.0, mantissa)
    exponent = exponent - low
    s = (mantissa - 1.0) / (mantissa + 1.0)
    z = s * s
    tail = np.full_like(z, _C10)
    for coefficient in (_C9, _C8, _C7, _C6, _C5, _C4, _C3, _C2, _C1, _C0):
        tail = coefficient + z * tail
    return np.asarray(exponent + s * tail, dtype=np.float64)
