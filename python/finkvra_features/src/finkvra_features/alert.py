"""One alert as the features need it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Epoch:
    """A point of the light curve: a detection, or an upper limit (magpsf None)."""

    jd: float
    fid: int
    magpsf: float | None
    positive: bool | None
    """Brighter than the template; None for an upper limit or where it is not known."""


@dataclass(frozen=True)
class Alert:
    candid: str
    objectId: str
    jd: float
    ra: float
    """ICRS, degrees."""
    dec: float
    drb: float | None
    ebv: float | None
    """SFD98 E(B-V), mag, where the table has it."""
    epochs: tuple[Epoch, ...]
    """The current epoch first, then the history."""
    distnr: float | None
    """Of the current epoch: distance to the template's nearest source, pixels, and that source's magnitude."""
    magnr: float | None
    jdstarthist: float | None
    sgscore1: float | None
    distpsnr1: float | None
    nmtchps: float | None
    neargaia: float | None
