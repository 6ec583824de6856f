#!/usr/bin/env bash
# Installs Debian's PostgreSQL, for the tests of stores on a server (test/postgres/server.ts): they make clusters
# of their own in temporary folders. The cluster that the package would make and start is left out.
set -euo pipefail

compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && exit 0
sudo=$([ "$(id -u)" -eq 0 ] || echo sudo)
$sudo apt-get update -qq
$sudo apt-get install -y -qq --no-install-recommends postgresql-common >/dev/null
$sudo sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends postgresql >/dev/null
