"""Rows of the archive that the bot writes: light curves as lists beside each other, dates as MJD."""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from . import values
from .alert import Alert, Epoch

_OFFSET = 2_400_000.5
"""Julian date of MJD 0."""


def is_archive(columns: object) -> bool:
    """Whether a table's columns are those of an archive."""
    names = set(columns)  # type: ignore[call-overload]
    return {"candid", "objectId", "ra", "dec", "mjd", "mag", "fid"} <= names and not {"jd", "candidate"} & names


def _list(row: Mapping[str, Any], name: str) -> list[Any]:
    value = row.get(name)
    return [] if value is None or isinstance(value, float) else list(value)


def _epochs(row: Mapping[str, Any]) -> list[Epoch]:
    epochs = []
    lists = [_list(row, name) for name in ("mjd", "mag", "fid", "isdiffpos")]
    for mjd, mag, fid, sign in list(zip_longest(*lists))[: len(lists[0])]:
        day = values.number(mjd)
        jd = None if day is None else values.julian_date(day + _OFFSET)
        band, delivered = values.band(fid), values.number(mag)
        magpsf = values.magnitude(delivered)
        if jd is None or band is None or (delivered is not None and magpsf is None):
            continue
        positive = None if magpsf is None else ("isdiffpos" not in row or values.is_positive(sign))
        epochs.append(Epoch(jd, band, magpsf, positive))
    return epochs


def alert_of_archive(row: Mapping[str, Any]) -> Alert:
    """An alert of an archive's row. Raises ValueError that says what is wrong with it."""
    epochs = _epochs(row)
    if not epochs or epochs[0].magpsf is None:
        raise ValueError("the row has no light curve that begins with a detection")
    ra, dec = values.position(row.get("ra"), row.get("dec"))
    first = {name: next(iter(_list(row, name)), None) for name in ("distnr", "magnr")}
    return Alert(
        candid=values.candid(row.get("candid")),
        objectId=values.object_id(row.get("objectId")),
        jd=epochs[0].jd,
        ra=ra,
        dec=dec,
        drb=values.score(row.get("drb")),
        ebv=values.not_negative(row.get("ebv")),
        epochs=tuple(epochs),
        distnr=values.number(first["distnr"]),
        magnr=values.magnitude(first["magnr"]),
        jdstarthist=values.julian_date(row.get("jdstarthist")),
        sgscore1=values.score(row.get("sgscore1")),
        distpsnr1=values.not_negative(row.get("distpsnr1")),
        nmtchps=values.not_negative(row.get("nmtchps")),
        neargaia=values.not_negative(row.get("neargaia")),
    )
