#!/usr/bin/env bash
# Make SHAPES, train on its answers, and look into what was learned: run.sh [RESULTS [DATA]]
set -euo pipefail
here=$(dirname "$0")
results=${1:-results}
data=${2:-$results/data}
mkdir -p "$results"
if [ $# -lt 2 ]; then
  nmt data shapes "$data"
fi
nmt check shapes
for queries in "$data"/*.query; do
  nmt compile shapes "$queries"
done
nmt plan shapes "$data/val.query"
nmt train shapes "$data" --out "$results/run" --epochs 8 --images 64 --lr 5e-3
nmt eval "$results/run" "$data"
python "$here/masks.py" "$results/run" "$data" --out "$results/masks.png"
