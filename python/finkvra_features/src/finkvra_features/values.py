"""What one field says, whether "missing" is spelled as null, NaN, -999 or a number near the largest there is."""

import math
import re
from typing import Any

BLANK = 1e20
"""ZTF's blank numbers are -3.4e38; nothing that is measured comes near this."""

_MISSING = re.compile(r"\s*(nan|none|null)?\s*", re.IGNORECASE)
_OBJECT_ID = re.compile(r"(ZTF|SIM)\d\d[a-z0-9]{1,16}", re.IGNORECASE)
_LARGEST_CANDID = 2**63 - 1


def number(value: Any) -> float | None:
    """A number that is there; None where it is missing or blank."""
    if value is None or isinstance(value, (str, bytes, bool)):
        return None
    try:
        result = float(value)
    except (TypeError, ValueError):
        return None
    return result if abs(result) < BLANK else None


def _between(value: Any, low: float, high: float) -> float | None:
    result = number(value)
    return result if result is not None and low <= result <= high else None


def not_negative(value: Any) -> float | None:
    """Distances, counts and dates: ZTF writes negative numbers for none."""
    return _between(value, 0, BLANK)


def score(value: Any) -> float | None:
    """A score from 0 to 1."""
    return _between(value, 0, 1)


def magnitude(value: Any) -> float | None:
    """A magnitude that a telescope's image can show; 99 and -999 stand for none."""
    return _between(value, -5, 35)


def julian_date(value: Any) -> float | None:
    """A Julian date of 1995 to 2130; an MJD is none."""
    result = number(value)
    return result if result is not None and 2_449_700 < result < 2_500_000 else None


def band(value: Any) -> int | None:
    """ZTF's filter: 1 g, 2 r, 3 i."""
    result = number(value)
    return int(result) if result in (1, 2, 3) else None


def is_positive(value: Any) -> bool | None:
    """Whether a detection is brighter than the template ('t', '1'); None where that is not known."""
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return bool(value)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    spelled = str(value).strip()
    if _MISSING.fullmatch(spelled):
        return None
    if spelled == "1" or re.fullmatch("t|true", spelled, re.IGNORECASE):
        return True
    if spelled == "0" or re.fullmatch("f|false", spelled, re.IGNORECASE):
        return False
    return None


def candid(value: Any) -> str:
    """A candid as text. Raises ValueError for none, and for one that went through a float."""
    if isinstance(value, float):
        if math.isnan(value):
            raise ValueError("there is no candid")
        raise ValueError(f"the candid {value!r} was rounded by whoever wrote it")
    digits = str(value).strip() if value is not None else ""
    if not re.fullmatch(r"[1-9]\d{0,18}", digits) or int(digits) > _LARGEST_CANDID:
        raise ValueError(f"the candid is {digits[:40]!r}")
    return digits


def object_id(value: Any) -> str:
    """An objectId such as ZTF25aapafwq. Raises ValueError for another text."""
    if isinstance(value, str) and _OBJECT_ID.fullmatch(value):
        return value
    raise ValueError(f"the objectId is {str(value)[:40]!r}, which is no name of a ZTF object")


def position(ra: Any, dec: Any) -> tuple[float, float]:
    """ICRS degrees. Raises ValueError for a position off the sky."""
    right, declination = _between(ra, 0, 360), _between(dec, -90, 90)
    if right is None or declination is None:
        raise ValueError(f"the position is off the sky: ra {ra}, dec {dec}")
    return right, declination
