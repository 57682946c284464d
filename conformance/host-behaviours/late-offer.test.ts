import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostSignalling } from '../host/host-signalling.ts';
import { SimulatedHost } from '../host/simulated-host.ts';
import { callBetweenHosts, seesOther } from './call-between-hosts.ts';
import { dialWithoutOffer } from './late-offer.ts';

test('a call without an offer is answered with one, and both see each other', async () => {
  const { caller, callee, end } = await callBetweenHosts({ dial: dialWithoutOffer });
  try {
    assert.deepEqual(await Promise.all([seesOther(caller, 2), seesOther(callee, 1)]), [true, true]);
    assert.equal(caller.media.negotiated.audio?.send.name, 'opus');
  } finally {
    await end();
  }
});

test('a refusal is told with its status', async () => {
  const { callee, end } = await callBetweenHosts();
  const busy = await HostSignalling.open('127.0.0.1');
  busy.srf.invite((_request, response) => response.send(486));
  try {
    const again = await SimulatedHost.open({
      signalling: callee.signalling,
      name: 'Host 3',
      pictures: [],
      sounds: [],
      watches: false,
    });
    await assert.rejects(dialWithoutOffer(again, `sip:1@127.0.0.1:${busy.port}`), { status: 486 });
    await again.hangUp();
  } finally {
    await busy.close();
    await end();
  }
});
