import type { DialogRecord } from '#signaling/sip/application/dialog-record.ts';
import type { CallRecord, RecallRecord } from './record.ts';

/** Records for tests. */

/** A dialog as the journal keeps it. */
export const EXAMPLE_DIALOG: DialogRecord = {
  callId: 'f81d4fae',
  localUri: 'sip:1001@198.51.100.1',
  localTag: 'ours',
  remoteUri: 'sip:room@school.example',
  remoteTag: 'theirs',
  localSequence: 0,
  remoteTarget: 'sip:room@203.0.113.9:5070',
  routeSet: [],
  direct: true,
  source: { protocol: 'udp', address: '203.0.113.9', port: 5070 },
};

const REDIAL = {
  uri: 'sip:room@203.0.113.9:5070',
  lateOffer: false,
  remote: { uri: 'room@school.example', address: '203.0.113.9' },
};

/** A call as the journal keeps it. */
export function exampleCall(id: string): CallRecord {
  return { kind: 'call', id, class: '1001', dialog: { ...EXAMPLE_DIALOG, callId: id }, redial: REDIAL };
}

/** A room that is to be called again. */
export function exampleRecall(id: string, tries = 0): RecallRecord {
  return { kind: 'recall', id, class: '1001', redial: REDIAL, tries };
}
