#!/usr/bin/env bash
# Installs what the service tests need, on Debian, once: Chromium, PostgreSQL, Kafka's jars, and a Python with MLflow
# and scikit-learn. Everything but Chromium and PostgreSQL stays inside .cache.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v "${CHROMIUM_PATH:-/usr/bin/chromium}" >/dev/null; then
  sudo=$([ "$(id -u)" -eq 0 ] || echo sudo)
  $sudo apt-get update -qq
  $sudo apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
fi
bash scripts/install-postgres.sh
bash scripts/install-kafka.sh
bash scripts/install-python.sh
