import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMessage } from '#signaling/sip/edge/message/parser.ts';
import { answerOfBye } from './answer-bye.ts';
import { droppedAt } from './datagrams-lost.ts';
import { ReadReceipts } from './read-receipts.ts';
import { renewed } from './renewed.ts';
import { scanMessage } from './scan-message.ts';
import { seedMessages } from './seed-messages.ts';

const ENDS = { from: { address: '192.0.2.2', port: 5999 }, to: { address: '192.0.2.1', port: 5060 } };

test('there are messages of every kind to be broken, one of them to a class that is there', () => {
  const seeds = seedMessages(ENDS).map((seed) => seed.toString('latin1'));
  assert.ok(seeds.length > 80);
  for (const start of ['INVITE ', 'REGISTER ', 'BYE ', 'UPDATE ', 'SIP/2.0 200 ', 'SIP/2.0 180 ']) {
    assert.ok(
      seeds.some((seed) => seed.startsWith(start)),
      start,
    );
  }
  assert.equal(seeds.filter((seed) => seed.includes('sip:2002@192.0.2.1 ')).length, 1);
});

test('a message made anew is another transaction of another call', () => {
  const message = 'BYE sip:a SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKx\r\nCall-ID: c\r\n\r\n';
  assert.equal(
    renewed(Buffer.from(message), 't1').toString(),
    'BYE sip:a SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKt1x\r\nCall-ID: t1.c\r\n\r\n',
  );
  const bytes = Buffer.from([0, 255, 13, 10]);
  assert.deepEqual(renewed(bytes, 't'), bytes);
});

test('a scan tries another user in another call each time, with whole requests', () => {
  const messages = Array.from({ length: 6 }, (_, number) =>
    scanMessage({ number, ...ENDS, userAgent: 'scanner' }).toString('latin1'),
  );
  assert.deepEqual(
    messages.map((message) => message.split(' ')[0]),
    ['INVITE', 'REGISTER', 'OPTIONS', 'INVITE', 'REGISTER', 'OPTIONS'],
  );
  for (const field of [/^From:.*$/m, /^Call-ID:.*$/m, /branch=[^;]*/]) {
    assert.equal(new Set(messages.map((message) => field.exec(message)?.[0])).size, 6);
  }
  for (const message of messages) {
    const result = parseMessage(Buffer.from(message), 'content-length');
    assert.ok('message' in result && result.faults.length === 0);
  }
});

test('BYE is answered, and nothing else', () => {
  const headers = ['Via: v', 'From: f', 'To: t', 'Call-ID: c', 'CSeq: 1 BYE'];
  const request = (method: string) => Buffer.from([`${method} sip:a SIP/2.0`, ...headers, 'X: y', '', ''].join('\r\n'));
  assert.equal(
    answerOfBye(request('BYE'))?.toString(),
    ['SIP/2.0 200 OK', ...headers, 'Content-Length: 0', '', ''].join('\r\n'),
  );
  assert.equal(answerOfBye(request('OPTIONS')), undefined);
  assert.equal(answerOfBye(Buffer.alloc(0)), undefined);
});

test('what a port lost is read off the tables of the system', () => {
  const head =
    '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops';
  const line = (local: string, drops: number) =>
    `  12: ${local} 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 7441 2 0000000000000000 ${drops}`;
  const tables = [
    head,
    line('00000000:13C4', 7),
    line('0100007F:13C5', 100),
    head,
    line(`${'0'.repeat(32)}:13C4`, 2),
    '',
  ];
  assert.equal(droppedAt(tables.join('\n'), 5060), 9);
});

test('more is sent when the service has read what came before, or seems to have lost it', () => {
  const receipts = new ReadReceipts(2);
  const one = receipts.request('192.0.2.2:5999', '192.0.2.1:5060', 0);
  assert.equal(receipts.isReady(1), true);
  receipts.request('192.0.2.2:5999', '192.0.2.1:5060', 100);
  assert.equal(receipts.isReady(101), false);
  receipts.came(Buffer.from('SIP/2.0 200 OK\r\nCall-ID: other@192.0.2.2\r\n\r\n'));
  assert.equal(receipts.isReady(102), false);
  receipts.came(one);
  assert.equal(receipts.isReady(103), true);
  receipts.request('192.0.2.2:5999', '192.0.2.1:5060', 200);
  assert.equal(receipts.isReady(601), true);
});
