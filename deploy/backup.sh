#!/usr/bin/env bash
# Copies database, files and audit anchors into a dated folder below the one given.
set -euo pipefail
source /etc/assay/environment
target="${1:?usage: backup.sh FOLDER}/$(date -u +%Y-%m-%dT%H%M%SZ)"
umask 077
mkdir -p "$target"
pg_dump --format=custom --file="$target/assay.dump" "$ASSAY_DATABASE_URL"
cp -a "$ASSAY_DATA_DIR/files" "$target/files"
cp -a "$ASSAY_DATA_DIR/audit-anchors.jsonl" "$target/"
