/** What `drydock init` prints: every key with its default, ready to run once the first lines name real places. */
export const PIPELINE_TEMPLATE = `# A Drydock pipeline. Run it:   drydock run pipeline.yaml [key=value ...]
# Look first, move nothing:     drydock plan pipeline.yaml
# Values may refer to others (\${output.uri}) and to the environment (\${oc.env:VAR,default}).
# Credentials never stand here: the fetcher reads them from its own environment or files.

checkpoint:
  # A path or URI, or an object:
  #   { type: file, path: ./model.ckpt }
  #   { type: http, url: "https://host/model.ckpt", sha256: <64 hex digits> }
  #   { type: s3, bucket: models, key: pretrained.ckpt, endpoint: "https://s3.example.org", region: eu-west-1 }
  # Beside its own keys, a source takes
  #   cache_dir: <folder>   the cache of a run on this machine
  #   prefetch: plan|full   only the bytes the plan needs (default), or everything at the start
  source: ./model.ckpt

  # weights_only       the source's weights; strict (default true): the target has exactly the same keys
  # transfer_learning  what fits is taken, the rest of the target stays; skip_mismatched (default true): another
  #                    shape is skipped; strict (default false): the source must fill every key of the target;
  #                    freeze_loaded (default false): list what was taken in freeze.json
  # Both: strip_prefix, add_prefix (of the source's names), allow_empty (default false).
  loading: { type: weights_only, strict: true }

# The model to fill: a checkpoint, or a spec of names, shapes and dtypes (JSON). Absent: as the source is.
# target: ./target.ckpt

model_modifier:
  modifiers: []
  # - { type: freeze, layers: [encoder, processor.0] }             # module paths; strict (default true)
  # - { type: cast, dtype: bfloat16, exclude: ["**.norm.*"] }      # include, exclude: globs over names

output:
  uri: ./prepared        # a folder, or s3://bucket/prefix
  format: safetensors    # or torch
  if_exists: fail        # or replace
  file_bytes: 5 GB       # larger outputs are split into several files (safetensors)
  shard_bytes: 64 MiB    # about what one task builds

pipeline:
  async_execution: true  # false: one task at a time, in plan order
  max_retries: 3         # per task, after its first attempt
  # timeout: 600         # seconds for the whole run; absent: no limit
`;
