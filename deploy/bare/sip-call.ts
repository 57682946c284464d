import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { RtpEar } from './rtp-ear.ts';
import { type CallIdentity, inDialog, invite, readResponse, type SipResponse } from './sip-messages.ts';

/** Timer T1 of RFC 3261 §17.1.1.2: first retransmission over UDP, in milliseconds; it doubles each time. */
const T1 = 500;

/** Payload types of the offer. */
const PCMA = 8;
const H264 = 96;

/** So many RTP packets each of sound and picture show that media flows. */
const ENOUGH_PACKETS = 20;

/**
 * Calls a class over UDP with PCMA and H.264, waits for sound and picture, and hangs up.
 *
 * @param within how long answering, media and hanging up may take together, in milliseconds
 * @throws {Error} when the call is refused, or something of it does not come in time
 */
export async function callClass(
  service: { readonly host: string; readonly port: number; readonly user: string },
  within: number,
): Promise<void> {
  const socket = createSocket('udp4');
  const [audio, video] = [new RtpEar(PCMA), new RtpEar(H264)];
  const localHost = '127.0.0.1';
  socket.bind(0, localHost);
  await once(socket, 'listening');
  const call: CallIdentity = {
    ...service,
    localHost,
    localPort: socket.address().port,
    audioPort: await audio.open(localHost),
    videoPort: await video.open(localHost),
    callId: randomBytes(12).toString('hex'),
    fromTag: randomBytes(6).toString('hex'),
  };
  const deadline = AbortSignal.timeout(within);
  const send = (message: string) => socket.send(message, service.port, service.host);
  const branch = () => randomBytes(8).toString('hex');

  /** Sends a request until a final response comes; `onFinal` sees repeated ones too. */
  const exchange = (message: string, method: string, onFinal: (response: SipResponse) => void = () => {}) =>
    new Promise<SipResponse>((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      let repeating = true;
      const repeat = (delay: number) => {
        send(message);
        if (repeating) timer = setTimeout(() => repeat(Math.min(2 * delay, 8 * T1)), delay);
      };
      const stop = () => {
        repeating = false;
        clearTimeout(timer);
      };
      socket.on('message', (data) => {
        const response = readResponse(data.toString('utf8'));
        if (response?.callId !== call.callId || response.method !== method) return;
        stop();
        if (response.status < 200) return;
        onFinal(response);
        resolve(response);
      });
      deadline.addEventListener('abort', () => {
        stop();
        reject(new Error(`no final response to ${method} within ${within / 1000} s`));
      });
      repeat(T1);
    });

  try {
    const acknowledge = (response: SipResponse) => {
      if (response.status < 300) send(inDialog(call, 'ACK', response, branch()));
    };
    const accepted = await exchange(invite(call, branch()), 'INVITE', acknowledge);
    if (accepted.status >= 300) throw new Error(`the call was refused: ${accepted.status} ${accepted.reason}`);
    const complaint = answerComplaint(accepted.body) ?? (await mediaComplaint(audio, video, deadline));
    const ended = await exchange(inDialog(call, 'BYE', accepted, branch()), 'BYE');
    if (complaint !== undefined) throw new Error(complaint);
    if (ended.status >= 300) throw new Error(`hanging up was refused: ${ended.status} ${ended.reason}`);
  } finally {
    socket.close();
    audio.close();
    video.close();
  }
}

/**
 * What an answer to audio and video lacks.
 *
 * @param answer SDP
 * @returns undefined when both were accepted (RFC 3264 §6: a port of 0 refuses a stream)
 */
export function answerComplaint(answer: string): string | undefined {
  const refused = ['audio', 'video'].filter((kind) => !new RegExp(`^m=${kind} [1-9]\\d* `, 'm').test(answer));
  return refused.length === 0 ? undefined : `the answer takes no ${refused.join(' and no ')}:\n${answer}`;
}

/** Waits for sound and picture for at most 8 s; gives what did not come. */
async function mediaComplaint(audio: RtpEar, video: RtpEar, deadline: AbortSignal): Promise<string | undefined> {
  const until = AbortSignal.any([deadline, AbortSignal.timeout(8_000)]);
  while (!until.aborted) {
    if (audio.packets >= ENOUGH_PACKETS && video.packets >= ENOUGH_PACKETS) return undefined;
    await sleep(20);
  }
  return `the call was answered, but only ${audio.packets} packets of sound and ${video.packets} of the picture came`;
}
