import { AudioEncoder, TICK_SAMPLES } from '#codecs/ffmpeg/audio-encoder.ts';
import { telephoneEventPackets } from '#codecs/rtp/payload/telephone-event.ts';
import { sendInDialog } from '#signaling/sip/application/in-dialog-request.ts';
import type { SimulatedHost } from '../host/simulated-host.ts';

/** How long a digit is pressed, ms. */
const DURATION = 160;

/** Sends a digit as RFC 4733 events. Resolves when its last packet is sent. @throws Error where events were not negotiated */
export async function pressAsEvent({ media }: SimulatedHost, digit: string): Promise<void> {
  const event = media.negotiated.audio?.telephoneEvent?.send;
  if (event === undefined) {
    throw new Error('no payload type for digits was negotiated');
  }
  const { audio } = media.streams;
  const timestamp = audio.timestampOf(performance.now());
  const packets = telephoneEventPackets(digit, { clockRate: event.clockRate, duration: DURATION });
  const begun = performance.now();
  for (const { payload, marker, offset } of packets) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, begun + offset - performance.now())));
    audio.sendAs({ payloadType: event.payloadType, marker, payload, timestamp });
  }
}

/** Content types of the INFO requests that carry digits. */
export type InfoSpelling = 'application/dtmf-relay' | 'application/dtmf';

/** Sends a digit as INFO. Resolves to the status of its answer. */
export async function pressAsInfo({ dialog }: SimulatedHost, digit: string, spelling: InfoSpelling): Promise<number> {
  const body = spelling === 'application/dtmf' ? digit : `Signal=${digit}\r\nDuration=${DURATION}\r\n`;
  const answer = await sendInDialog(dialog, { method: 'INFO', headers: { 'Content-Type': spelling }, body });
  return answer.status;
}

/** Rows and columns of the keypad, Hz (ITU-T Q.23). */
const ROWS = [697, 770, 852, 941] as const;
const COLUMNS = [1209, 1336, 1477, 1633] as const;
const KEYS = '123A456B789C*0#D';
const AMPLITUDE = 0.25;
const SAMPLE_RATE = 48_000;
const TICKS = DURATION / 20;

/** The two frequencies of a digit, Hz. @throws RangeError when it is none */
export function frequenciesOf(digit: string): readonly [row: number, column: number] {
  const index = digit.length === 1 ? KEYS.indexOf(digit) : -1;
  const [row, column] = [ROWS[Math.floor(index / 4)], COLUMNS[index % 4]];
  if (row === undefined || column === undefined) {
    throw new RangeError(`'${digit}' is not a DTMF digit`);
  }
  return [row, column];
}

/** Plays a digit as its two tones in place of the host's sound. Resolves when they are on their way to the microphone. */
export async function pressAsTones({ media }: SimulatedHost, digit: string): Promise<void> {
  const [row, column] = frequenciesOf(digit);
  const codec = media.negotiated.audio?.send.name;
  if (codec === undefined) {
    throw new Error('there is no sound in this call');
  }
  const encoder = await AudioEncoder.open(codec);
  try {
    const payloads = Array.from({ length: TICKS }, (_, tick) =>
      encoder.encode(
        Float32Array.from({ length: TICK_SAMPLES }, (_, index) => {
          const time = (tick * TICK_SAMPLES + index) / SAMPLE_RATE;
          return AMPLITUDE * (Math.sin(2 * Math.PI * row * time) + Math.sin(2 * Math.PI * column * time));
        }),
      ),
    );
    media.performance.interpose(payloads.filter((payload) => payload !== undefined));
  } finally {
    encoder.close();
  }
}
