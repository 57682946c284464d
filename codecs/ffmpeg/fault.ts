import './quiet.ts';
import { FFmpegError } from 'node-av/lib';

/** What the FFmpeg wrappers throw: the call that failed and FFmpeg's own words for its code. */
export class CodecFault extends Error {
  /** Negative AVERROR code. */
  readonly code: number;

  constructor(what: string, code: number) {
    super(`${what}: ${new FFmpegError(code).message}`);
    this.name = 'CodecFault';
    this.code = code;
  }
}

/** Passes a non-negative FFmpeg result through; throws CodecFault otherwise. */
export function orFault(what: string, result: number): number {
  if (result < 0) {
    throw new CodecFault(what, result);
  }
  return result;
}
