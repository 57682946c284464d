import { timestampDelta } from '../rtp/sequence-number.ts';
import { unixMsFromNtp } from './ntp.ts';
import type { SenderReport } from './report.ts';

/**
 * The clock of a source as its sender reports tell it (RFC 3550 §6.4.1): which moment of the sender's an RTP timestamp stands
 * for. By it receivers play picture and sound in step.
 */
export class ReportClock {
  readonly #clockRate: number;
  #anchor: { readonly ssrc: number; readonly timestamp: number; readonly unixMs: number } | undefined;

  /** `clockRate` in Hz. */
  constructor(clockRate: number) {
    this.#clockRate = clockRate;
  }

  report({ ssrc, rtpTimestamp, ntp }: Pick<SenderReport, 'ssrc' | 'rtpTimestamp' | 'ntp'>): void {
    this.#anchor = { ssrc, timestamp: rtpTimestamp, unixMs: unixMsFromNtp(ntp) };
  }

  /** Unix ms on the sender's clock; undefined before the first report of this source. */
  at(ssrc: number, timestamp: number): number | undefined {
    if (this.#anchor?.ssrc !== ssrc) {
      return undefined;
    }
    return this.#anchor.unixMs + (timestampDelta(this.#anchor.timestamp, timestamp) * 1000) / this.#clockRate;
  }
}
