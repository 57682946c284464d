import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type CallIdentity, inDialog, invite, readResponse, type SipResponse } from './sip-messages.ts';

/** Timer T1 of RFC 3261 §17.1.1.2: first retransmission over UDP, in milliseconds; it doubles each time. */
const T1 = 500;

/**
 * Calls a class over UDP with PCMA and H.264, hangs up when it was answered, and gives the answer's SDP.
 *
 * @param within how long ringing and hanging up may take together, in milliseconds
 * @throws {Error} when the call is refused, or not answered or ended in time
 */
export async function callClass(
  service: { readonly host: string; readonly port: number; readonly user: string },
  within: number,
): Promise<string> {
  const socket = createSocket('udp4');
  const localHost = '127.0.0.1';
  socket.bind(0, localHost);
  await once(socket, 'listening');
  const call: CallIdentity = {
    ...service,
    localHost,
    localPort: socket.address().port,
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
    const ended = await exchange(inDialog(call, 'BYE', accepted, branch()), 'BYE');
    if (ended.status >= 300) throw new Error(`hanging up was refused: ${ended.status} ${ended.reason}`);
    return accepted.body;
  } finally {
    socket.close();
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
