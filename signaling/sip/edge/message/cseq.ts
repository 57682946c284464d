/** RFC 3261 §20.16. */
export interface CSeq {
  /** 0 to 2^32 - 1; more than the 2^31 - 1 of §8.1.1.5, as some senders count unsigned. */
  readonly sequence: number;
  readonly method: string;
}

/** Reads a CSeq value; undefined where it is malformed or the number does not fit 32 bits. */
export function readCSeq(text: string): CSeq | undefined {
  const match = /^([0-9]{1,32})\s+([A-Za-z0-9\-.!%*_+`'~]+)$/.exec(text.trim());
  const sequence = Number(match?.[1]);
  const method = match?.[2];
  if (method === undefined || sequence > 0xffff_ffff) return undefined;
  return { sequence, method };
}

/** RFC 3262 §7.2: which reliable provisional response a PRACK acknowledges. */
export interface RAck extends CSeq {
  readonly responseSequence: number;
}

/** Reads a RAck value; undefined where it is malformed. */
export function readRAck(text: string): RAck | undefined {
  const match = /^([0-9]{1,10})\s+(.*)$/s.exec(text.trim());
  const cseq = match?.[2] === undefined ? undefined : readCSeq(match[2]);
  return cseq === undefined ? undefined : { ...cseq, responseSequence: Number(match?.[1]) };
}
