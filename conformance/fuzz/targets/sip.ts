import assert from 'node:assert/strict';
import { seedMessages } from '#conformance/abuse/seed-messages.ts';
import { SIP_WORDS } from '#conformance/fuzz/sip-words.ts';
import type { FuzzTarget } from '#conformance/fuzz/target.ts';
import { composeResponse, withContact } from '#signaling/sip/edge/core/compose-response.ts';
import { requestFault, responseFault } from '#signaling/sip/edge/message/checks.ts';
import { MAX_HEADER_FIELDS, MAX_MESSAGE_BYTES } from '#signaling/sip/edge/message/limits.ts';
import { splitList } from '#signaling/sip/edge/message/list.ts';
import { fieldValue, type SipMessage, type SipRequest } from '#signaling/sip/edge/message/message.ts';
import { readNameAddr } from '#signaling/sip/edge/message/name-addr.ts';
import { parseMessage } from '#signaling/sip/edge/message/parser.ts';
import { serializeMessage } from '#signaling/sip/edge/message/serializer.ts';
import { readVia, withSource } from '#signaling/sip/edge/message/via.ts';

const SOURCE = { address: '192.0.2.7', port: 5062 };
const ENDS = { from: SOURCE, to: { address: '192.0.2.1', port: 5060 } };

/** No value opens a line of its own; what is passed on says the same as what came; every request can be answered. */
export const target: FuzzTarget = {
  title: 'SIP messages, what is wrong with them and what is answered',
  maximumLength: MAX_MESSAGE_BYTES + 1000,
  seeds: () => seedMessages(ENDS),
  dictionary: SIP_WORDS,
  examine(input) {
    const whole = parseMessage(input, 'end');
    if ('message' in whole) assert.ok(whole.message.body.length <= input.length);
    const read = parseMessage(input, 'content-length');
    if (!('message' in read)) return;
    const { message, faults } = read;
    assert.ok(message.headers.length <= MAX_HEADER_FIELDS);
    assert.ok(
      !message.headers.some(({ name, value }) => /[\r\n]/.test(name + value)),
      'no value opens a line of its own',
    );
    const fault = message.kind === 'request' ? requestFault(message, faults)?.reason : responseFault(message, faults);
    writtenAndRead(message);
    if (message.kind === 'request') answered(message, fault !== undefined);
  },
};

/** What is passed on says the same as what came. */
function writtenAndRead(message: SipMessage): void {
  const written = serializeMessage(message);
  if (written.length > MAX_MESSAGE_BYTES) return;
  const again = parseMessage(written, 'content-length');
  assert.ok('message' in again, 'what was written is SIP');
  assert.deepEqual(again.faults, []);
  assert.ok(again.message.body.equals(message.body));
  assert.deepEqual(startOf(again.message), startOf(message));
  assert.deepEqual(fieldsOf(again.message), fieldsOf(message));
}

function startOf(message: SipMessage): unknown[] {
  return message.kind === 'request' ? [message.method, message.uri] : [message.status, message.reason];
}

function fieldsOf(message: SipMessage): string[] {
  return message.headers.filter(({ key }) => key !== 'content-length').map(({ name, value }) => `${name}: ${value}`);
}

/** Every request can be answered; where it was well-formed, so is the answer. */
function answered(request: SipRequest, isFaulty: boolean): void {
  const response = composeResponse(request, { status: 200, reason: 'OK', toTag: 'x1', recordRoute: true });
  const written = serializeMessage(response);
  const read = parseMessage(written, 'content-length');
  assert.ok(written.length > MAX_MESSAGE_BYTES || 'message' in read, 'an answer is SIP');
  if (isFaulty) return;
  assert.ok('message' in read && read.message.kind === 'response');
  assert.equal(responseFault(read.message, read.faults), undefined);
  assert.ok(readNameAddr(fieldValue(read.message, 'To') ?? '')?.parameters.has('tag'), 'an answer has a tag in To');
  const delivered = withContact(request);
  assert.equal(requestFault(delivered, []), undefined);
  const [top = ''] = splitList(fieldValue(request, 'Via') ?? '');
  const via = readVia(top);
  assert.ok(via !== undefined);
  const noted = readVia(withSource(top, via, SOURCE));
  assert.ok(noted !== undefined, 'a Via with its source can be read');
  if (via.parameters.has('rport')) assert.equal(noted.parameters.get('rport'), String(SOURCE.port));
  if (via.parameters.has('rport') || via.host !== SOURCE.address) {
    assert.equal(noted.parameters.get('received'), SOURCE.address);
  }
}
