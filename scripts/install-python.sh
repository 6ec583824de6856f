#!/bin/sh
# Makes .cache/venv with the Python packages that some tests and benchmarks compare with: scikit-learn's
# forests, an MLflow server, what its load_model needs to read exported models, and fastavro. Needs Python 3.10 to
# 3.13 with venv. Does nothing when they are there; delete .cache/venv to begin anew. The project itself needs
# no Python.
set -eu
cd "$(dirname "$0")/.."
python="${PYTHON:-python3}"
packages='numpy==2.2.6 pandas==2.3.3 scikit-learn==1.7.2 onnxruntime==1.23.2
  onnx==1.19.1 pyarrow==25.0.1 mlflow==3.17.2 fastavro==1.13.1'

# What is installed is written down last: an interrupted installation does not look finished.
if [ "$(cat .cache/venv/installed 2>/dev/null)" = "$packages" ] && .cache/venv/bin/python -c ''; then
  echo "install-python: .cache/venv is there"
  exit
fi
if ! "$python" -m venv .cache/venv; then
  echo "install-python: $python cannot make a virtual environment: install it with venv (Debian: python3-venv), or set PYTHON." >&2
  exit 1
fi
# shellcheck disable=SC2086
.cache/venv/bin/pip install --quiet --disable-pip-version-check $packages
echo "$packages" >.cache/venv/installed
echo "install-python: .cache/venv is ready"
