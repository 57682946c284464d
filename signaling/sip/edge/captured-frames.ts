import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Payload } from './control/payload.ts';
import type { SipMessage } from './message/message.ts';
import { parseMessage } from './message/parser.ts';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';

/** What a captured field says of the same field in any other session. */
function patternOf(captured: string, index: number): RegExp {
  if (index === 0 || captured === '<txn>' || /^[0-9a-f]{8}-(?:[0-9a-f-]{27}|…)$/.test(captured))
    return new RegExp(`^${UUID}$`);
  if (captured.includes(';from-tag=')) return /^[^;|]+;from-tag=[^;|]+$/;
  if (/^\d\d:\d\d:\d\d\.\d{6}$/.test(captured) || captured === '…') return /^\d\d:\d\d:\d\d\.\d{6}$/;
  if (/^\d+$/.test(captured)) return /^\d+$/;
  if (captured.startsWith('tcp/')) return /^tcp\/127\.0\.0\.1:\d+,udp\/127\.0\.0\.1:\d+$/;
  return new RegExp(`^${captured.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}

/** The captured frames by section: leader fields and the start line of the SIP text. */
function readCaptures() {
  const sections = new Map<string, { server: { fields: string[]; startLine: string }[]; client: string[] }>();
  let section = { server: [] as { fields: string[]; startLine: string }[], client: [] as string[] };
  for (const line of readFileSync(new URL('vectors/drachtio-captures.txt', import.meta.url), 'utf8').split('\n')) {
    const name = /^\[(.*)\]$/.exec(line)?.[1];
    if (name !== undefined) {
      section = { server: [], client: [] };
      sections.set(name, section);
    }
    const frame = line.slice(line.indexOf('#') + 1);
    const [leader = '', startLine = ''] = frame.split('\\r\\n');
    if (line.startsWith('S: '))
      section.server.push({ fields: leader.split('|'), startLine: startLine.replace(/…$/, '') });
    if (line.startsWith('C: ')) section.client.push(frame.replaceAll('\\r\\n', '\r\n'));
  }
  return sections;
}

const captures = readCaptures();

/** The n-th captured frame of the server in a section. */
export function captured(section: string, index: number) {
  const frame = captures.get(section)?.server[index];
  assert.ok(frame, `${section} ${index}`);
  return frame;
}

/** The n-th captured frame of the application in a section, without its length. */
export function capturedClient(section: string, index: number): string {
  const frame = captures.get(section)?.client[index];
  assert.ok(frame);
  return frame;
}

/** Compares a frame of the edge with a captured one, field by field, and the start line without ports. */
export function assertLike(payload: Payload, section: string, index: number): SipMessage | undefined {
  const expected = captured(section, index);
  const shown = `${section} ${index}: ${payload.fields.join('|')}`;
  assert.equal(payload.fields.length, expected.fields.length, shown);
  for (const [at, field] of expected.fields.entries()) {
    // The id that the application gave its message.
    if (expected.fields[1] === 'response' && at === 2) continue;
    // The server left the protocol out at times; the edge always tells it.
    const pattern = field === '' && payload.fields[at] === 'udp' ? /^udp$/ : patternOf(field, at);
    assert.match(payload.fields[at] ?? '', pattern, `${shown} field ${at}`);
  }
  if (expected.startLine === '') {
    assert.equal(payload.text.length, 0);
    return undefined;
  }
  const plain = (line: string) =>
    line
      .replace(/:\d+(?=[; ])/, ':PORT')
      .replace(/sip:[\w-]+@/, 'sip:USER@')
      .replace(';transport=udp', '');
  const [line = ''] = payload.text.toString().split('\r\n');
  // Of some start lines only the method was written down.
  if (expected.startLine.includes('SIP/2.0')) assert.equal(plain(line), plain(expected.startLine), shown);
  else assert.ok(line.startsWith(expected.startLine), `${shown}: ${line}`);
  // Records tell no size.
  if (!expected.fields[1]?.startsWith('cdr:')) {
    assert.equal(
      payload.fields.find((field) => /^\d+$/.test(field)),
      String(payload.text.length),
    );
  }
  const parsed = parseMessage(payload.text, 'content-length');
  assert.ok('message' in parsed && parsed.faults.length === 0);
  return parsed.message;
}
