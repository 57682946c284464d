import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Prop, Props } from '../media/props.ts';
import { colourDistance, meanColour } from '../media/still.ts';
import { strongestTone, tail } from '../media/tone.ts';
import { until } from '../media/until.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { Baresip } from '../peers/baresip.ts';
import { RunningService } from '../service/running-service.ts';

// A room that has IPv6 alone meets one that has IPv4 alone: the service listens on both.

const props = await Props.open();
let service: RunningService;
let red: Prop;
let green: Prop;

before(async () => {
  red = await props.make('red', [200, 40, 40], 620);
  green = await props.make('green', [40, 160, 60], 1130);
  service = await RunningService.start({ CLASSBRIDGE_SIP_ADDRESS: '::' });
});

after(async () => {
  await service?.stop();
  await props.remove();
});

test('a baresip with IPv6 alone and one with IPv4 alone see and hear each other', async () => {
  const { service: host } = currentTestNetwork();
  const common = { audioCodec: 'opus/48000/2', videoCodec: 'H264' as const };
  const six = await Baresip.start({
    ...common,
    name: 'Six',
    sipPort: 5080,
    picture: red.video,
    sound: red.sound,
    ipv6: true,
  });
  const four = await Baresip.start({
    ...common,
    name: 'Four',
    sipPort: 5084,
    picture: green.video,
    sound: green.sound,
  });
  try {
    await six.dial(`sip:1001@[${host.address6}]:${service.sipPort}`);
    await four.dial(service.sipUri('1001'));
    for (const [who, room] of [
      ['IPv6', six],
      ['IPv4', four],
    ] as const) {
      await until(`${who} sees both`, 10_000, async () => {
        const still = await room.snapshot();
        const left = meanColour(still, { left: 0.08, top: 0.35, width: 0.34, height: 0.25 });
        const right = meanColour(still, { left: 0.58, top: 0.35, width: 0.34, height: 0.25 });
        return (colourDistance(left, red.colour) < 40 && colourDistance(right, green.colour) < 40) || undefined;
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 2000));
    assert.ok(strongestTone(tail(await six.heard(), 1), green.frequency) > 0.1, 'sound over IPv6');
    assert.ok(strongestTone(tail(await four.heard(), 1), red.frequency) > 0.1, 'sound over IPv4');
  } catch (error) {
    console.error(six.output.slice(-3000), service.output.slice(-3000));
    throw error;
  } finally {
    await six.stop();
    await four.stop();
  }
});
