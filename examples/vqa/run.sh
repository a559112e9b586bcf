#!/usr/bin/env bash
# Train the network of the VQA case study, both models: run.sh DATA RESULTS [options of `nmt train`]
# Where DATA is not there, a small set of the same form is made, with modules of a size that fits it.
set -euo pipefail
data=${1:?usage: run.sh DATA RESULTS [options of nmt train]}
results=${2:?usage: run.sh DATA RESULTS [options of nmt train]}
shift 2
size=224x224 # a grid of 14x14 cells
if [ ! -d "$data" ]; then
  nmt data vqa "$data" --pictures 1200
fi
if [ -f "$data/made.json" ]; then
  size=128x80
  set -- --set encode.hidden=64 --set encode.embedding=32 --set measure.hidden=64 "$@"
fi
mkdir -p "$results"
nmt check vqa
for subset in train2014 val2014; do
  layouts=$(find "$data" -name "$subset.sps2" | head -n 1)
  if [ -n "$layouts" ]; then nmt compile vqa "$layouts"; fi
done
nmt plan vqa
nmt data features "$data" --out "$results/features" --size "$size"
nmt train vqa "$data" --features "$results/features" --out "$results/adjusted" --model adjusted "$@"
nmt train vqa "$data" --features "$results/features" --out "$results/original" --model original \
  --use std.typed=std.classic "$@"
for model in adjusted original; do
  nmt eval "$results/$model" "$data" --features "$results/features"
done
