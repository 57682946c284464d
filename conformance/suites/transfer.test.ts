import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Prop, Props } from '../media/props.ts';
import { colourDistance, meanColour } from '../media/still.ts';
import { until } from '../media/until.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { Baresip } from '../peers/baresip.ts';
import { RunningService } from '../service/running-service.ts';

// A room sends itself elsewhere by REFER.

const CLASSES = JSON.stringify([
  { code: '1001', title: 'One' },
  { code: '1002', title: 'Two' },
]);
const WHOLE = { left: 0.1, top: 0.1, width: 0.8, height: 0.6 };

const props = await Props.open();
let service: RunningService;
let red: Prop;
let green: Prop;

before(async () => {
  red = await props.make('red', [200, 40, 40], 620);
  green = await props.make('green', [40, 160, 60], 1130);
  service = await RunningService.start({ CLASSBRIDGE_LESSONS_CLASSES: CLASSES });
});

after(async () => {
  await service?.stop();
  await props.remove();
});

function room(name: string, sipPort: number, prop: Prop): Promise<Baresip> {
  const { video, sound } = prop;
  return Baresip.start({ name, sipPort, audioCodec: 'PCMA/8000/1', videoCodec: 'H264', picture: video, sound });
}

async function parties(code: string): Promise<number> {
  const { calls } = JSON.parse((await service.api('GET', '/calls')).body);
  return calls.filter((entry: { class: string }) => entry.class === code).length;
}

async function sees(baresip: Baresip, prop: Prop): Promise<void> {
  await until(
    'the picture',
    8000,
    async () => colourDistance(meanColour(await baresip.snapshot(), WHOLE), prop.colour) < 40 || undefined,
  );
}

test('into another class: refused, a lesson cannot be called into another one', async () => {
  const baresip = await room('Mover', 5080, red);
  try {
    await baresip.dial(service.sipUri('1001'));
    await sees(baresip, red);
    baresip.transfer(service.sipUri('1002'));
    await until(
      'the refusal',
      5000,
      () =>
        /transfer.*603|603.*Decline/i.test(baresip.output) ||
        baresip.events.includes('CALL_TRANSFER_FAILED') ||
        undefined,
    );
    // baresip then hangs up by itself.
    assert.equal(await parties('1002'), 0);
  } catch (error) {
    console.error(baresip.events, baresip.output.slice(-2000), service.output.slice(-3000));
    throw error;
  } finally {
    await baresip.stop();
  }
});

test('to another room: that one is called into the lesson, and the first one leaves', async () => {
  const { room: host } = currentTestNetwork();
  const first = await room('First', 5084, red);
  const second = await room('Second', 5088, green);
  try {
    await first.dial(service.sipUri('1001'));
    await sees(first, red);
    first.transfer(`sip:room@${host.address}:5088`);
    await until('the second room is in', 8000, () => second.events.includes('CALL_ESTABLISHED') || undefined);
    await until('the first room is out', 8000, () => first.events.includes('CALL_CLOSED') || undefined);
    await sees(second, green);
    assert.equal(await parties('1001'), 1);
  } catch (error) {
    console.error(first.output.slice(-2000), service.output.slice(-3000));
    throw error;
  } finally {
    await first.stop();
    await second.stop();
  }
});
