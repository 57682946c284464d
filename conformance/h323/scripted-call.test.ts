import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pino } from 'pino';
import { defaultCapabilities } from '#codecs/media/local-capabilities.ts';
import { H323Application } from '#signaling/h323/application/h323-application.ts';
import { AnsweringParty } from '#signaling/h323/captured/answering-party.ts';
import { makeScriptedCall } from './scripted-call.ts';
import { ScriptedMessages } from './scripted-messages.ts';

const CAPABILITIES = defaultCapabilities({ videoBitRate: 2_000_000, maximumSize: '720p' });
const HERE = '127.0.0.1';
const BUSY = '606';

const application = new H323Application({
  listen: { address: HERE, port: 0 },
  h245Ports: { from: 21_400, to: 21_500 },
  capabilities: CAPABILITIES,
  displayName: 'Classbridge',
  tunnelling: true,
  fastStart: true,
  log: pino({ level: 'silent' }),
});
const parties: AnsweringParty[] = [];

before(async () => {
  application.on('call', (call) => {
    if (call.target === BUSY) {
      call.end('busy');
      return;
    }
    const party = new AnsweringParty(call, CAPABILITIES, 40_000);
    parties.push(party);
    party.join().catch(() => undefined);
  });
  await application.start();
});

after(() => application.close());

const messages = (number: string) => new ScriptedMessages({ address: HERE, port: 30_000 }, application.address, number);
const identity = (reference: number) => ({ reference, identifier: Buffer.alloc(16, reference) });

test('calls one after another and at once are answered with sound, and cleared', { timeout: 20_000 }, async () => {
  const script = messages('605');
  for (const reference of [1, 2]) {
    await makeScriptedCall(script, application.address, identity(reference));
  }
  await Promise.all(
    Array.from({ length: 16 }, (_, index) => makeScriptedCall(script, application.address, identity(10 + index))),
  );
  assert.equal(application.calls, 0);
  assert.equal(parties.length, 18);
  for (const party of parties) {
    assert.deepEqual(party.summary, ['audio sendrecv PCMU to 127.0.0.1:30000']);
    assert.deepEqual(party.ends, ['remote-hangup']);
  }
});

test('a call that is refused is told of, with what was missing', async () => {
  await assert.rejects(makeScriptedCall(messages(BUSY), application.address, identity(5)), /refused.*missing: connect/);
});
