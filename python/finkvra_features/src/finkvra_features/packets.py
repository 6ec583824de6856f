"""Rows of Fink's packets: `candidate` a struct or its fields as columns of their own, `prv_candidates` a list."""

from collections.abc import Mapping, Sequence
from typing import Any

from . import values
from .alert import Alert, Epoch

MOST_EPOCHS = 10_000


def _dotted(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The candidate's fields, wherever the table has them."""
    candidate = row.get("candidate")
    if isinstance(candidate, Mapping):
        return candidate
    prefix = "candidate."
    dotted = {name[len(prefix) :]: value for name, value in row.items() if name.startswith(prefix)}
    return dotted or row


def _epoch(record: Mapping[str, Any]) -> Epoch | None:
    jd, fid = values.julian_date(record.get("jd")), values.band(record.get("fid"))
    delivered = values.number(record.get("magpsf"))
    magpsf = values.magnitude(delivered)
    # NaN is an upper limit; a magnitude that cannot be is neither detection nor limit.
    if jd is None or fid is None or (delivered is not None and magpsf is None):
        return None
    return Epoch(jd, fid, magpsf, values.is_positive(record.get("isdiffpos")))


def alert_of_packet(row: Mapping[str, Any]) -> Alert:
    """An alert of a packet. Raises ValueError that says what is wrong with it."""
    candidate = _dotted(row)
    history: Sequence[Any] | None = row.get("prv_candidates")
    if history is not None and len(history) > MOST_EPOCHS:
        raise ValueError(f"the packet has a history of {len(history)} epochs")
    current = _epoch(candidate)
    if current is None or current.magpsf is None:
        raise ValueError("the packet has no jd, fid or magpsf")
    past = (_epoch(entry) for entry in (history if history is not None else ()) if isinstance(entry, Mapping))
    ra, dec = values.position(candidate.get("ra"), candidate.get("dec"))
    own = row.get("candid")
    return Alert(
        candid=values.candid(own if own is not None else candidate.get("candid")),
        objectId=values.object_id(row.get("objectId")),
        jd=current.jd,
        ra=ra,
        dec=dec,
        drb=values.score(candidate.get("drb")),
        ebv=values.not_negative(row.get("ebv")),
        epochs=(current, *(epoch for epoch in past if epoch is not None)),
        distnr=values.number(candidate.get("distnr")),
        magnr=values.magnitude(candidate.get("magnr")),
        jdstarthist=values.julian_date(candidate.get("jdstarthist")),
        sgscore1=values.score(candidate.get("sgscore1")),
        distpsnr1=values.not_negative(candidate.get("distpsnr1")),
        nmtchps=values.not_negative(candidate.get("nmtchps")),
        neargaia=values.not_negative(candidate.get("neargaia")),
    )
