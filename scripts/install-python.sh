#!/bin/sh
# Makes .cache/venv with the Python packages that some tests and benchmarks compare with: scikit-learn's
# forests, an MLflow server, and what its load_model needs to read exported models. Needs Python 3.10 to
# 3.13 with venv; run it again to repair or update. The project itself needs no Python.
set -eu
cd "$(dirname "$0")/.."
python="${PYTHON:-python3}"
if ! "$python" -m venv .cache/venv; then
  echo "install-python: $python cannot make a virtual environment: install it with venv (Debian: python3-venv), or set PYTHON." >&2
  exit 1
fi
.cache/venv/bin/pip install --quiet --disable-pip-version-check \
  numpy==2.2.6 pandas==2.3.3 scikit-learn==1.7.2 onnxruntime==1.23.2 \
  onnx==1.19.1 pyarrow==25.0.1 mlflow==3.17.2
echo "install-python: .cache/venv is ready"
