/** Formats that are known by their first bytes and not read, so that the error can name them. */

export interface ForeignFormat {
  readonly name: string;
  readonly what: string;
  readonly remedy: string;
}

const SAVE_AGAIN = "Load it with PyTorch and save its state dict again with torch.save.";
const CONVERT = "Convert it to safetensors first.";

const FORMATS: readonly (ForeignFormat & { readonly at: number; readonly magic: string })[] = [
  { at: 0, magic: "GGUF", name: "gguf", what: "a GGUF file", remedy: CONVERT },
  { at: 0, magic: "\x89HDF\r\n\x1a\n", name: "hdf5", what: "an HDF5 file", remedy: CONVERT },
  { at: 0, magic: "\x93NUMPY", name: "npy", what: "a NumPy array", remedy: CONVERT },
  { at: 0, magic: "\x1f\x8b", name: "gzip", what: "a gzip file", remedy: "Unpack it first." },
  { at: 0, magic: "7z\xbc\xaf\x27\x1c", name: "7z", what: "a 7z archive", remedy: "Unpack it first." },
  { at: 0, magic: "\x28\xb5\x2f\xfd", name: "zstd", what: "a zstd file", remedy: "Unpack it first." },
  {
    at: 257,
    magic: "ustar",
    name: "tar",
    what: "a tar archive (PyTorch before 0.2, or a packed folder)",
    remedy: SAVE_AGAIN,
  },
];

/** torch.save before 1.6: a pickle of this number, which follows the protocol byte. */
const LEGACY = "\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e";

export function foreignFormat(firstBytes: Uint8Array): ForeignFormat | undefined {
  const text = Buffer.from(firstBytes.subarray(0, 512)).toString("latin1");
  const found = FORMATS.find((f) => text.startsWith(f.magic, f.at));
  if (found !== undefined) return found;
  if (!text.startsWith("\x80")) return undefined;
  if (text.startsWith(LEGACY, 2)) {
    return { name: "torch-legacy", what: "the format of torch.save before 1.6 (no zip)", remedy: SAVE_AGAIN };
  }
  return { name: "pickle", what: "a bare pickle", remedy: SAVE_AGAIN };
}
