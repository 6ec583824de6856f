"""The columns of the set `context`, in the order in which a model takes them."""

KEYS = ["candid", "objectId"]
"""What a row is of: candid as text (it does not fit into a float), and the object."""

COLUMNS = [
    "drb",
    "ebv",
    "positive_detections",
    "negative_share",
    "upper_limits",
    "positive_median",
    "positive_std",
    "age",
    "sgscore1",
    "distpsnr1",
    "nmtchps",
    "neargaia",
    "distnr",
    "magnr",
    "abs_latitude",
]

_NOT_WANTED = ("cutout", "lc_features", "blazar_stats", "fp_hists", "mangrove")


def is_wanted(name: str) -> bool:
    """Whether a column of a file can be needed: cutouts are most of a packet, and none of the set."""
    return not name.startswith(_NOT_WANTED)
