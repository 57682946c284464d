import assert from 'node:assert/strict';
import { aliasOf } from '../call/dialled.ts';
import { writeSignalAddress } from '../call/transport-address.ts';
import type { H225 } from '../h225/types.ts';
import { RasEndpoint } from '../ras/endpoint/ras-endpoint.ts';
import { admission, registration, TERMINAL } from '../ras/gatekeeper/example-requests.ts';
import { GatekeeperHarness, ROOM } from '../ras/gatekeeper/harness.ts';
import { type RasMessage, readRas, tokensOf, withTokens, writeRas } from '../ras/message.ts';
import { type HashedToken, writeHashed } from '../ras/security/hashed-message.ts';
import { passwordHashToken } from '../ras/security/password-hash.ts';
import { userWithPassword } from '../ras/security/ras-user.ts';
import type { H323Quirk } from './quirk.ts';

/** The clock of the harness, seconds. */
const CLOCK = 1_795_278_901;
const SCHOOL = userWithPassword('school', 'geheim');

/** ARQ of the room that registered first, for a number that it calls. */
const call = () => admission('room-1', { destinationInfo: [aliasOf('771')] });

function discovery(nonStandardData?: H225<'NonStandardParameter'>): RasMessage {
  return {
    type: 'gatekeeperRequest',
    value: {
      requestSeqNum: 3,
      protocolIdentifier: '0.0.8.2250.0.4',
      rasAddress: writeSignalAddress(ROOM),
      endpointType: TERMINAL,
      ...(nonStandardData === undefined ? {} : { nonStandardData }),
    },
  };
}

/** A request with a hash by H.235.1. */
function hashed(message: RasMessage, token: Partial<HashedToken>): Buffer {
  const { random = 1, generalId, sendersId } = token;
  return writeHashed(
    message,
    SCHOOL.key,
    { timeStamp: CLOCK, random, generalId, sendersId },
    Buffer.from('0123456789ab'),
  );
}

/** Habits that show in RAS: most in what a gatekeeper is told, some in what one wants to be told. */
export const GATEKEEPER_QUIRKS: readonly H323Quirk[] = [
  {
    id: 'ras-pexip-lrq-destination',
    who: 'Pexip Infinity',
    does: 'wants whom it asked for said again in LocationConfirm',
    source: 'willamowius/gnugk changes.txt',
    check() {
      const harness = new GatekeeperHarness({ neighbours: 'any' });
      harness.give(registration(['Room']));
      const destinationInfo = [{ type: 'h323-ID', value: 'Room' } as const];
      const answer = harness.give({
        type: 'locationRequest',
        value: { requestSeqNum: 9, destinationInfo, replyAddress: writeSignalAddress(ROOM) },
      });
      assert.ok(answer?.type === 'locationConfirm');
      assert.deepEqual(answer.value.destinationInfo, destinationInfo);
    },
  },
  {
    id: 'ras-avaya-grq-nonstandard',
    who: 'Avaya one-X',
    does: 'asks with non-standard data, and restarts when the answer names the gatekeeper',
    source: 'willamowius/gnugk#3, commit 14f76228',
    check() {
      const identifier = { type: 'object', value: '2.16.840.1.113778.4.2.1' } as const;
      const harness = new GatekeeperHarness();
      const avaya = harness.give(discovery({ nonStandardIdentifier: identifier, data: Buffer.from('00', 'hex') }));
      assert.ok(avaya?.type === 'gatekeeperConfirm');
      assert.equal(avaya.value.gatekeeperIdentifier, undefined);
      const other = harness.give(discovery());
      assert.ok(other?.type === 'gatekeeperConfirm');
      assert.equal(other.value.gatekeeperIdentifier, 'SpikeGK');
    },
  },
  {
    id: 'ras-avaya-trailing-nul-alias',
    who: 'Avaya',
    does: 'writes a NUL behind names',
    source: 'myforce/opal src/h323/h235auth.cxx',
    check() {
      const harness = new GatekeeperHarness({ users: [SCHOOL], authentication: 'required' });
      // The hash is over the name without it.
      const token = passwordHashToken(
        { type: 'h323-ID', value: 'school\0' },
        { name: 'school', password: 'geheim', timeStamp: CLOCK },
      );
      const answer = harness.give(writeRas(withTokens(registration(['school\0']), { cryptoTokens: [token] })));
      assert.equal(answer?.type, 'registrationConfirm');
      assert.equal(harness.gatekeeper.lookup('school')?.user, 'school');
    },
  },
  {
    id: 'h323-avaya-des-ecb',
    who: 'Avaya',
    does: 'proves its password by DES',
    source: 'willamowius/gnugk changes.txt',
    check() {
      const harness = new GatekeeperHarness({ users: [SCHOOL], authentication: 'required' });
      const answer = harness.give(
        withTokens(registration(['school']), {
          cryptoTokens: [
            {
              type: 'cryptoEPPwdEncr',
              value: { algorithmOID: '1.3.14.3.2.6', paramS: {}, encryptedData: Buffer.alloc(24, 1) },
            },
          ],
        }),
      );
      // Refused with the word for it, not dropped: the room shows that its password is at fault.
      assert.ok(answer?.type === 'registrationReject');
      assert.equal(answer.value.rejectReason.type, 'securityDenial');
    },
  },
  {
    id: 'ras-innovaphone-random-generalid',
    who: 'Innovaphone and AudioCodes',
    does: 'leave out whom a token is for, later who sends it, and count from -1',
    source: 'willamowius/h323plus, commit f294cbd; willamowius/gnugk docs/manual/auth.sgml',
    check() {
      const harness = new GatekeeperHarness({ users: [SCHOOL], authentication: 'required' });
      const first = harness.give(hashed(registration(['school']), { random: -1, sendersId: 'school' }));
      assert.equal(first?.type, 'registrationConfirm');
      assert.equal(harness.give(hashed(call(), { random: -2 }))?.type, 'admissionConfirm');
      // It is the hash that counts: the same without one is refused.
      assert.equal(harness.give(call())?.type, 'admissionReject');
    },
  },
  {
    id: 'ras-innovaphone-irr-without-percallinfo',
    who: 'Innovaphone',
    does: 'reports on its calls without naming any',
    source: 'myforce/opal src/h323/gkserver.cxx',
    check() {
      const seen = (reports: boolean) => {
        const harness = new GatekeeperHarness({ timeToLive: { usual: 3600, minimum: 30, maximum: 3600 } });
        harness.give(registration(['Room']));
        harness.give(call());
        for (let second = 0; second < 600; second++) {
          harness.now += 1000;
          harness.gatekeeper.tick(harness.now);
          if (reports && second % 60 === 59) {
            harness.give({
              type: 'infoRequestResponse',
              value: {
                requestSeqNum: 100 + second,
                endpointType: TERMINAL,
                endpointIdentifier: 'room-1',
                rasAddress: writeSignalAddress(ROOM),
                callSignalAddress: [],
              },
            });
          }
        }
        return harness.gatekeeper.calls.size;
      };
      assert.deepEqual([seen(true), seen(false)], [1, 0]);
    },
  },
  {
    id: 'ras-lifesize-icon-unused-tokens',
    who: 'LifeSize Icon',
    does: 'sends tokens of schemes that nobody uses beside the right one',
    source: 'willamowius/gnugk changes.txt',
    check() {
      const harness = new GatekeeperHarness({ users: [SCHOOL], authentication: 'required' });
      const right = passwordHashToken(
        { type: 'h323-ID', value: 'school' },
        { name: 'school', password: 'geheim', timeStamp: CLOCK },
      );
      const answer = harness.give(
        withTokens(registration(['school']), {
          tokens: [{ tokenOID: '1.3.6.1.4.1.99999.1', timeStamp: 1, random: 2 }],
          cryptoTokens: [
            {
              type: 'cryptoEPPwdEncr',
              value: { algorithmOID: '1.3.14.3.2.6', paramS: {}, encryptedData: Buffer.alloc(24, 1) },
            },
            right,
          ],
        }),
      );
      assert.equal(answer?.type, 'registrationConfirm');
    },
  },
  {
    id: 'ras-cisco-gk-switch-needs-urq',
    who: 'Cisco',
    does: 'stays with a gatekeeper until that lets it go',
    source: 'willamowius/gnugk, commits 0af14c3f and e51bd058',
    check() {
      const harness = new GatekeeperHarness();
      harness.give(registration(['Room']));
      harness.gatekeeper.close(harness.now);
      const last = harness.sent.at(-1)?.message;
      assert.ok(last?.type === 'unregistrationRequest');
      assert.equal(last.value.endpointIdentifier, 'room-1');
      assert.equal(last.value.reason?.type, 'maintenance');
    },
  },
  {
    id: 'ras-cisco-gk-lightweight-rrq',
    who: 'Cisco gatekeeper',
    does: 'wants names and tokens in light registrations too',
    source: 'asterisk/asterisk addons/ooh323c/src/ooGkClient.c',
    check() {
      const gatekeeper = new GatekeeperHarness({ users: [SCHOOL], authentication: 'required' });
      const requests: RasMessage[] = [];
      const sent: Buffer[] = [];
      const endpoint = new RasEndpoint({
        gatekeepers: [{ address: '127.0.0.1', port: 1719 }],
        discovery: true,
        gatekeeperIdentifier: undefined,
        aliases: [{ type: 'h323-ID', value: 'school' }],
        prefixes: [],
        callSignalAddress: { address: ROOM.address, port: 1720 },
        rasAddress: ROOM,
        timeToLive: 60,
        user: SCHOOL,
        unregisteredCalls: 'refused',
        wallClock: () => CLOCK + requests.length,
        random: (octets) => Buffer.alloc(octets, 0xa0 + requests.length),
        chance: () => 0.5,
        output: { send: (data) => sent.push(data), changed: () => undefined, drop: () => undefined },
      });
      const settle = () => {
        for (let data = sent.shift(); data !== undefined; data = sent.shift()) {
          requests.push(readRas(data));
          const before = gatekeeper.sent.length;
          gatekeeper.give(data);
          for (const answer of gatekeeper.sent.slice(before)) {
            endpoint.receive(answer.data, { address: '127.0.0.1', port: 1719 }, gatekeeper.now);
          }
        }
      };
      endpoint.start(gatekeeper.now);
      settle();
      assert.equal(endpoint.state, 'registered');
      gatekeeper.now += 31_000;
      endpoint.tick(gatekeeper.now);
      settle();
      const light = requests.at(-1);
      assert.ok(light?.type === 'registrationRequest');
      assert.equal(light.value.keepAlive, true);
      assert.deepEqual([light.value.endpointIdentifier, light.value.gatekeeperIdentifier], ['room-1', 'SpikeGK']);
      const { tokens, cryptoTokens } = tokensOf(light);
      assert.equal(tokens.length + cryptoTokens.length, 1);
      assert.equal(endpoint.state, 'registered');
    },
  },
];
