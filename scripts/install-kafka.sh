#!/usr/bin/env bash
# Fetches Apache Kafka's jars from Maven Central into .cache/kafka/<version>/libs, for the tests that need a
# real broker (test/kafka/broker.ts). Does nothing when they are there. Prints the folder of the jars.
# Needs a Java runtime, 11 or newer, and Maven; on Debian and Ubuntu, as root, it installs what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(sed -n 's:.*<kafka.version>\(.*\)</kafka.version>.*:\1:p' scripts/kafka/pom.xml)
libs=".cache/kafka/$version/libs"

if ! command -v java >/dev/null || { [ ! -d "$libs" ] && ! command -v mvn >/dev/null; }; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends default-jre-headless maven >&2
  else
    echo 'Kafka needs Java (11 or newer) and Maven: install them and run this again.' >&2
    exit 1
  fi
fi

if [ ! -d "$libs" ]; then
  # Into a folder of another name first: an interrupted download must not look finished.
  rm -rf "$libs.part"
  mvn -q -B -f scripts/kafka/pom.xml dependency:copy-dependencies "-DoutputDirectory=$PWD/$libs.part" >&2
  mv "$libs.part" "$libs"
fi
echo "$libs"
