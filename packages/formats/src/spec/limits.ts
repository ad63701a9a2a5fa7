/** Caps of the spec reader. */

/** A million tensors at about 100 bytes. */
export const SPEC_BYTES = 128 * 2 ** 20;

/** Object, list of tensors, tensor, shape; inspect nests its training state deeper, which is skipped. */
export const SPEC_DEPTH = 40;
