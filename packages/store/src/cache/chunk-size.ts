/** Fetched, hashed and journalled as one. Larger ones make small reads dear, smaller ones cost requests. */
export const CHUNK_BYTES = 4 * 1024 * 1024;
