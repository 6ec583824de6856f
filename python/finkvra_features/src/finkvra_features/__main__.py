"""finkvra-features: the features of Parquet files of packets or of an archive, as a Parquet file."""

import argparse
import sys

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from .columns import is_wanted
from .features import features

ROWS_AT_A_TIME = 5_000


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="finkvra-features", description=__doc__)
    parser.add_argument("source", help="Parquet file of packets, or of an archive of finkvra-bot")
    parser.add_argument("out", help="Parquet file to write")
    options = parser.parse_args(arguments)
    rejected: list[str] = []
    try:
        file = pq.ParquetFile(options.source)
        wanted = [name for name in file.schema_arrow.names if is_wanted(name)]
        batches = file.iter_batches(batch_size=ROWS_AT_A_TIME, columns=wanted)
        frames = [features(batch.to_pandas(), rejected) for batch in batches]
        if not frames:
            print(f"finkvra-features: {options.source} has no rows", file=sys.stderr)
            return 1
        table = pd.concat(frames, ignore_index=True)
        table.to_parquet(options.out, index=False)
    except (OSError, pa.ArrowInvalid) as error:
        print(f"finkvra-features: {options.source}: {error}", file=sys.stderr)
        return 1
    for reason in rejected[:10]:
        print(f"finkvra-features: left out {reason}", file=sys.stderr)
    print(f"{len(table)} alerts, {len(rejected)} rows left out", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
