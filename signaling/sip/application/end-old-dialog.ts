import { routeInDialog } from '../edge/dialog/routing.ts';
import { type DialogRecord, hopTo } from './dialog-record.ts';
import type { OutsideAnswer, OutsideRequest } from './send-request.ts';

/** Half of the numbers that CSeq may have (RFC 3261 §8.1.1.5): servers begin far below, and count by one. */
const ABOVE_ALL = 2 ** 30;

/**
 * The BYE that ends a dialog whose process is gone. The SIP server knows nothing of the dialog, or, where it is a
 * drachtio-server that went on running, knows it by the Call-ID and writes the rest itself.
 * @param now ms since the epoch: a later BYE has a higher number
 */
export function farewell(record: DialogRecord, reason: string, now: number): OutsideRequest {
  const { uri, routes } = routeInDialog(record.remoteTarget, record.routeSet);
  const proxy = hopTo(record);
  const remoteTag = record.remoteTag === '' ? '' : `;tag=${record.remoteTag}`;
  return {
    method: 'BYE',
    uri,
    ...(proxy === undefined ? {} : { proxy }),
    headers: {
      'Call-ID': record.callId,
      From: `<${record.localUri}>;tag=${record.localTag}`,
      To: `<${record.remoteUri}>${remoteTag}`,
      CSeq: `${Math.max(record.localSequence + 1, ABOVE_ALL + (Math.floor(now / 1000) % ABOVE_ALL))} BYE`,
      ...(routes.length === 0 ? {} : { Route: routes.join(', ') }),
      Reason: reason,
    },
  };
}

/** What became of an old dialog. */
export type OldDialogEnd =
  /** The far side took the BYE. */
  | 'ended'
  /** The far side had ended it already. */
  | 'unknown-there'
  /** No answer in time, or no way there. */
  | 'unreachable';

/** Sends the BYE of an old dialog. @param patience ms to wait for the answer */
export async function endOldDialog(
  send: (request: OutsideRequest) => Promise<OutsideAnswer>,
  bye: OutsideRequest,
  patience: number,
): Promise<OldDialogEnd> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'unreachable'>((resolve) => {
    timer = setTimeout(() => resolve('unreachable'), patience);
  });
  const answered = send(bye).then(
    ({ status }): OldDialogEnd =>
      status === 481 ? 'unknown-there' : status === 408 || status === 503 ? 'unreachable' : 'ended',
    () => 'unreachable' as const,
  );
  const end = await Promise.race([answered, late]);
  clearTimeout(timer);
  return end;
}
