/** What the parts of the zip reader share about local headers. */

/** A local header without its name and extra field. */
export const LOCAL_BYTES = 30;

/** Flag: checksum and sizes follow the data. */
export const HAS_DESCRIPTOR = 0x0008;

/** A field with this value has its real one in the zip64 extra field. */
export const MAX32 = 0xffffffff;
