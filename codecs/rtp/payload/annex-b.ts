/** The byte stream format of H.264 Annex B: NAL units with start codes between them. */

const START_CODE = Buffer.from([0, 0, 1]);
const LONG_START_CODE = Buffer.from([0, 0, 0, 1]);

/**
 * Splits an Annex B byte stream into NAL units (H.264 §B.1.1), as views. Three- and four-octet start codes are taken,
 * trailing zeros are left away, and so are empty units and whatever stands before the first start code.
 */
export function splitAnnexB(stream: Uint8Array): Buffer[] {
  const bytes = Buffer.from(stream.buffer, stream.byteOffset, stream.length);
  const units: Buffer[] = [];
  let startCode = bytes.indexOf(START_CODE);
  while (startCode >= 0) {
    const begin = startCode + START_CODE.length;
    startCode = bytes.indexOf(START_CODE, begin);
    let end = startCode < 0 ? bytes.length : startCode;
    // A NAL unit never ends in a zero octet (H.264 §7.4.1): zeros belong to the start code or are padding.
    while (end > begin && bytes[end - 1] === 0) end--;
    if (end > begin) units.push(bytes.subarray(begin, end));
  }
  return units;
}

/** Joins NAL units to an Annex B byte stream with four-octet start codes. Copies. */
export function joinAnnexB(units: readonly Uint8Array[]): Buffer {
  const parts: Uint8Array[] = [];
  for (const unit of units) parts.push(LONG_START_CODE, unit);
  return Buffer.concat(parts);
}
