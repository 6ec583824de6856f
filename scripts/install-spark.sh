#!/bin/sh
# Adds Spark to .cache/venv (400 MB) for the test that scores a night there (.ci/long). It runs on Java 17.
set -eu
cd "$(dirname "$0")/.."
package='pyspark==4.0.1'

bash scripts/install-python.sh
if [ "$(cat .cache/venv/installed-spark 2>/dev/null)" = "$package" ]; then
  echo "install-spark: .cache/venv is there"
  exit
fi
.cache/venv/bin/pip install --quiet --disable-pip-version-check "$package"
echo "$package" >.cache/venv/installed-spark
echo "install-spark: .cache/venv is ready"
