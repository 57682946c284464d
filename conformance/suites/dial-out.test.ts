import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Prop, Props } from '../media/props.ts';
import { colourDistance, meanColour } from '../media/still.ts';
import { until } from '../media/until.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { Baresip } from '../peers/baresip.ts';
import { RunningService } from '../service/running-service.ts';

// The service calls rooms by its API.

const props = await Props.open();
let service: RunningService;
let red: Prop;

before(async () => {
  red = await props.make('red', [200, 40, 40], 620);
  service = await RunningService.start();
});

after(async () => {
  await service?.stop();
  await props.remove();
});

for (const lateOffer of [false, true]) {
  test(`baresip is called${lateOffer ? ', makes the offer itself' : ''}, sees the lesson and is hung up`, async () => {
    const { room } = currentTestNetwork();
    const sipPort = lateOffer ? 5090 : 5080;
    const baresip = await Baresip.start({
      name: 'Called',
      sipPort,
      audioCodec: 'PCMA/8000/1',
      videoCodec: 'H264',
      picture: red.video,
      sound: red.sound,
    });
    try {
      const call = { class: '1001', to: `sip:room@${room.address}:${sipPort}`, lateOffer };
      const made = await service.api('POST', '/calls', call);
      assert.equal(made.status, 201, made.body);
      const { id } = JSON.parse(made.body);
      await until('the call is up', 8000, () => baresip.events.includes('CALL_ESTABLISHED') || undefined);
      await until('its own picture in the lesson', 8000, async () => {
        const still = await baresip.snapshot();
        return (
          colourDistance(meanColour(still, { left: 0.1, top: 0.1, width: 0.8, height: 0.6 }), red.colour) < 40 ||
          undefined
        );
      });
      const listed = JSON.parse((await service.api('GET', '/calls')).body);
      assert.deepEqual(
        listed.calls.map((entry: { id: string }) => entry.id),
        [id],
      );
      assert.equal((await service.api('DELETE', `/calls/${id}`)).status, 204);
      await until('baresip hears the BYE', 5000, () => baresip.events.includes('CALL_CLOSED') || undefined);
      assert.equal(await service.metric('classbridge_lessons'), 0);
    } catch (error) {
      console.error(baresip.output.slice(-3000), service.output.slice(-3000));
      throw error;
    } finally {
      await baresip.stop();
    }
  });
}

test('nobody at the address: the call ends as unreachable and leaves nothing behind', async () => {
  // The service itself knows no such class: it refuses its own call with 404.
  const made = await service.api('POST', '/calls', { class: '1001', to: service.sipUri('nobody') });
  assert.equal(made.status, 201, made.body);
  await until('the refusal', 5000, async () =>
    (await service.metric('classbridge_calls_ended_total{protocol="sip",reason="unreachable"}')) === 1
      ? true
      : undefined,
  );
  assert.equal(await service.metric('classbridge_calls_ended_total{protocol="sip",reason="unknown-class"}'), 1);
  assert.equal(await service.metric('classbridge_lessons'), 0);
  assert.equal((await service.api('POST', '/calls', { class: 'none', to: 'sip:a@192.0.2.1' })).status, 404);
});
