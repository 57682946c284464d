import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exampleRequest } from './example-request.ts';
import { marksOf, type Sender } from './request-marks.ts';
import { RoomReserve } from './room-reserve.ts';

const from = (port: number, address = '192.0.2.7', protocol: Sender['protocol'] = 'udp'): Sender => ({
  protocol,
  remote: { address, port },
});
const ROOM = from(5060);
const OTHER_PORT = from(5061);
const REGISTER = exampleRequest('REGISTER', { callId: 'registration', user: 'room' });
const CALL = exampleRequest('INVITE', { callId: 'another', user: 'room' });

function made(share = { burst: 60, rate: 1 }) {
  const reserve = new RoomReserve({
    share,
    issued: (nonce, address) => nonce === 'ours' && address === ROOM.remote.address,
  });
  /** How many of so many requests get in. */
  const taken = (count: number, request = REGISTER, sender = ROOM, now = 0) =>
    Array.from({ length: count }, () => reserve.take(request, sender, now)).filter((by) => by !== undefined).length;
  return { reserve, taken };
}

describe('RoomReserve', () => {
  it('lets nothing in of a source of which no room is known', () => {
    const { reserve, taken } = made();
    assert.deepEqual([reserve.isFor('192.0.2.7'), taken(1), taken(1, CALL)], [false, 0, 0]);
  });

  it('knows a refresh by the Call-ID of the registration, from whatever port it comes', () => {
    const { reserve } = made();
    reserve.registered(ROOM, marksOf(REGISTER), 0);
    assert.ok(reserve.isFor('192.0.2.7'));
    assert.equal(reserve.take(REGISTER, OTHER_PORT, 3_600_000), 'call-id');
    const forged = exampleRequest('REGISTER', { callId: 'guessed', user: 'room' });
    assert.equal(reserve.take(forged, OTHER_PORT, 0), undefined);
    assert.equal(reserve.take(REGISTER, from(5060, '192.0.2.8'), 0), undefined);
  });

  it('knows a new call by user and port together of the registration, or of an earlier call', () => {
    for (const by of ['registered', 'caller'] as const) {
      const { reserve } = made();
      if (by === 'registered') reserve.registered(ROOM, marksOf(REGISTER), 0);
      else reserve.called(ROOM, marksOf(exampleRequest('ACK', { callId: 'an earlier one' })), 0);
      assert.equal(reserve.take(CALL, ROOM, 0), by);
      assert.equal(reserve.take(CALL, OTHER_PORT, 0), undefined);
      assert.equal(reserve.take(exampleRequest('INVITE', { user: '100' }), ROOM, 0), undefined);
      assert.equal(reserve.take(CALL, from(5060, ROOM.remote.address, 'tcp'), 0), undefined);
    }
  });

  it('knows who connects by his user alone: his address is proven, and his port another one each time', () => {
    const { reserve } = made();
    const connection = (port: number, address?: string) => from(port, address, 'tcp');
    reserve.called(connection(40_000), marksOf(CALL), 0);
    assert.equal(reserve.take(CALL, connection(40_001), 0), 'caller');
    assert.equal(reserve.take(CALL, from(40_000), 0), undefined);
    assert.equal(reserve.take(CALL, connection(40_000, '192.0.2.8'), 0), undefined);
    assert.equal(reserve.take(exampleRequest('INVITE', { user: '100' }), connection(40_000), 0), undefined);
  });

  it('knows any room by a nonce that was sent to its address', () => {
    const { reserve } = made();
    const proof = exampleRequest('INVITE', { user: 'new', nonce: 'ours' });
    assert.equal(reserve.take(proof, OTHER_PORT, 0), 'nonce');
    assert.equal(reserve.take(proof, from(5061, '192.0.2.8'), 0), undefined);
    assert.equal(reserve.take(exampleRequest('INVITE', { nonce: 'foreign' }), OTHER_PORT, 0), undefined);
    assert.equal(new RoomReserve({ share: { burst: 1, rate: 1 } }).take(proof, ROOM, 0), undefined);
  });

  it('is for INVITE and REGISTER alone', () => {
    const { reserve } = made();
    reserve.registered(ROOM, marksOf(REGISTER), 0);
    for (const method of ['OPTIONS', 'MESSAGE', 'BYE']) {
      assert.equal(reserve.take(exampleRequest(method, { callId: 'registration', nonce: 'ours' }), ROOM, 0), undefined);
    }
  });

  it('gives whoever guessed a mark eight at once and one in two seconds, and takes nothing from other marks', () => {
    const { reserve, taken } = made();
    reserve.registered(ROOM, marksOf(REGISTER), 0);
    assert.equal(taken(1000, CALL), 8);
    let more = 0;
    for (let now = 1; now <= 60_000; now++) more += taken(1, CALL, ROOM, now);
    assert.equal(more, 30, 'asking again and again keeps nothing from coming back');
    assert.equal(taken(1000, REGISTER, OTHER_PORT, 60_000), 8, 'the registration is refreshed all the same');
  });

  it('gives all rooms of a source no more than a share together, each proof by itself', () => {
    const { reserve } = made({ burst: 20, rate: 1 });
    const rooms = Array.from({ length: 10 }, (_, index) => from(6000 + index));
    for (const room of rooms) {
      reserve.registered(room, marksOf(REGISTER), 0);
      reserve.called(room, marksOf(CALL), 0);
    }
    const proof = exampleRequest('INVITE', { user: 'new', nonce: 'ours' });
    const counts = { 'call-id': 0, registered: 0, caller: 0, nonce: 0 };
    for (let times = 0; times < 100; times++) {
      for (const request of [CALL, REGISTER, proof]) {
        for (const room of rooms) {
          const by = reserve.take(request, room, 0);
          if (by !== undefined) counts[by] += 1;
        }
      }
    }
    assert.deepEqual(counts, { 'call-id': 8, registered: 20, caller: 20, nonce: 8 });
  });

  it('keeps what can be guessed out of what refreshes have', () => {
    const { reserve, taken } = made({ burst: 20, rate: 1 });
    for (let port = 6000; port < 6010; port++) reserve.registered(from(port), marksOf(REGISTER), 0);
    for (let port = 6000; port < 6010; port++) taken(10, CALL, from(port));
    assert.equal(taken(1, CALL, from(6009)), 0);
    assert.equal(taken(8), 8);
  });

  it('keeps callers out of what registrations have: whoever knows a class code is a caller', () => {
    const { reserve, taken } = made({ burst: 20, rate: 1 });
    reserve.registered(ROOM, marksOf(REGISTER), 0);
    for (let port = 1000; port < 2000; port++) {
      const caller = from(port);
      reserve.called(caller, marksOf(CALL), 0);
      taken(10, CALL, caller);
    }
    assert.equal(taken(1, REGISTER), 1);
    assert.equal(reserve.take(CALL, ROOM, 0), 'registered');
  });
});
