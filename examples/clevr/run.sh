#!/usr/bin/env bash
# Train the typed network on a data set in CLEVR's layout: run.sh DATA RESULTS [options of `nmt train`]
set -euo pipefail
data=${1:?usage: run.sh DATA RESULTS [options of nmt train]}
results=${2:?usage: run.sh DATA RESULTS [options of nmt train]}
shift 2
mkdir -p "$results"
nmt check clevr
for split in train val; do
  nmt compile clevr "$data/questions/CLEVR_${split}_questions.json"
done
nmt plan clevr "$data/questions/CLEVR_train_questions.json"
nmt data features "$data" --out "$results/features"
nmt train clevr "$data" --features "$results/features" --out "$results/run" "$@"
nmt eval "$results/run" "$data" --features "$results/features"
