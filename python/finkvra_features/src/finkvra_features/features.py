"""The features of the set `context`: of one alert, of a table, and of batches on Spark."""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from . import galactic, values
from .alert import Alert, Epoch
from .archive import alert_of_archive, is_archive
from .columns import COLUMNS, KEYS
from .packets import alert_of_packet

OLDEST_DAYS = 200.0
"""Ages above this are this one: beyond, age says only when the survey began."""

SPARK_SCHEMA = ", ".join([*(f"{name} string" for name in KEYS), *(f"{name} double" for name in COLUMNS)])
"""What `features_of_batches` yields, as Spark writes a schema."""


def _once(epochs: Iterable[Epoch]) -> list[Epoch]:
    """Each (jd, fid) once, the first one stays: some 10 % of the packets of 2021 repeat."""
    seen: dict[tuple[float, int], Epoch] = {}
    for epoch in epochs:
        seen.setdefault((epoch.jd, epoch.fid), epoch)
    return list(seen.values())


def alert_features(alert: Alert) -> dict[str, float | None]:
    """The values of `COLUMNS` for one alert; None is missing."""
    epochs = _once(alert.epochs)
    detections = [epoch for epoch in epochs if epoch.magpsf is not None]
    magnitudes = np.array([epoch.magpsf for epoch in detections if epoch.positive], dtype=np.float64)
    count = len(magnitudes)
    age = None if alert.jdstarthist is None else min(OLDEST_DAYS, max(0.0, alert.jd - alert.jdstarthist))
    return {
        "drb": alert.drb,
        "ebv": alert.ebv,
        "positive_detections": float(count),
        "negative_share": None if not detections else (len(detections) - count) / len(detections),
        "upper_limits": float(len(epochs) - len(detections)),
        "positive_median": float(np.median(magnitudes)) if count else None,
        "positive_std": float(np.std(magnitudes)) if count else None,
        "age": age,
        "sgscore1": alert.sgscore1,
        "distpsnr1": alert.distpsnr1,
        "nmtchps": alert.nmtchps,
        "neargaia": alert.neargaia,
        "distnr": values.not_negative(alert.distnr),
        "magnr": values.not_negative(alert.magnr),
        "abs_latitude": abs(galactic.latitude(alert.ra, alert.dec)),
    }


def features(table: pd.DataFrame, rejected: list[str] | None = None) -> pd.DataFrame:
    """
    The features of a table of packets, or of an archive: candid and objectId (text) and `COLUMNS` (float64, NaN
    where missing), a row an alert. Rows that cannot be an alert are left out, and the reason is added to `rejected`.
    """
    alert_of = alert_of_archive if is_archive(table.columns) else alert_of_packet
    rows = []
    for row in table.to_dict("records"):
        try:
            alert = alert_of(row)
        except ValueError as error:
            if rejected is not None:
                rejected.append(f"{row.get('objectId')}: {error}")
            continue
        rows.append({"candid": alert.candid, "objectId": alert.objectId, **alert_features(alert)})
    frame = pd.DataFrame(rows, columns=[*KEYS, *COLUMNS])
    return frame.astype({name: "float64" for name in COLUMNS})


def features_of_batches(batches: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """`features` of each batch, for Spark's `mapInPandas` with `SPARK_SCHEMA`."""
    for batch in batches:
        yield features(batch)
