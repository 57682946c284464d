import type { CallRecord, MessageReport, SentMessage } from '../core/application.ts';
import type { Endpoint, Flow } from '../transport/transport.ts';
import { formatTime } from './payload.ts';

/** The six meta fields that describe a SIP message wherever one is reported. */
function metaFields(source: string, bytes: Buffer, flow: Flow, at: Endpoint, time: number): string[] {
  return [source, String(bytes.length), flow.protocol, at.address, String(at.port), formatTime(time)];
}

/** Fields 1 and on of a `sip` message to an application: 13 in all for a new request outside a dialog, else 11. */
export function reportFields(report: MessageReport): string[] {
  const { source, bytes, flow, time, transactionId, dialogId, receivedOn } = report;
  const at = source === 'network' ? flow.remote : flow.local;
  const fields = ['sip', ...metaFields(source, bytes, flow, at, time), transactionId, dialogId];
  // The last field, empty, is the place of a session token.
  return receivedOn === undefined ? [...fields, ''] : [...fields, receivedOn.address, String(receivedOn.port), ''];
}

/** What follows `OK` in the reply to an answer that was sent. */
export function sentResponseFields(sent: SentMessage): string[] {
  const meta = metaFields('application', sent.bytes, sent.flow, sent.flow.remote, sent.time);
  return [...meta, sent.transactionId, sent.dialogId, '', 'Msg sent:', ''];
}

/** What follows `OK` in the reply to a request that was sent: no dialog id, so one field fewer. */
export function sentRequestFields(sent: SentMessage): string[] {
  const meta = metaFields('application', sent.bytes, sent.flow, sent.flow.local, sent.time);
  return [...meta, sent.transactionId, 'Msg sent:', ''];
}

/** What follows `OK` in a reply that tells of one answer to a proxied request; more replies come. */
export function proxiedResponseFields(response: Buffer, flow: Flow, time: number): string[] {
  return [...metaFields('network', response, flow, flow.remote, time), '', '', 'continue'];
}

/** Fields 1 and on of a call detail record. */
export function recordFields({ kind, source, time, more }: CallRecord): string[] {
  return [kind, source, formatTime(time), ...more];
}
