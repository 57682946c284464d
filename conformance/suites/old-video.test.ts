import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendInDialog } from '#signaling/sip/application/in-dialog-request.ts';
import { HostSignalling } from '../host/host-signalling.ts';
import { encodePictureLoop } from '../host/picture-loop.ts';
import type { SeenPicture } from '../host/picture-receiver.ts';
import { SimulatedHost } from '../host/simulated-host.ts';
import { encodeBeepLoop } from '../host/sound-loop.ts';
import { changeSource } from '../host-behaviours/change-source.ts';
import { heardTones } from '../measurement/tone-levels.ts';
import { until } from '../media/until.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { RunningService } from '../service/running-service.ts';

// A room that has H.263 or H.261 at CIF and G.711 alone, in a lesson with one of today: coded frames and beeps tell who sees and
// hears whom.

const CODE = '1001';
const OLD = {
  number: 1,
  frequency: 400,
  camera: { width: 352, height: 288, frameRate: 25, bitRate: 500_000 },
} as const;
const NEW = {
  number: 2,
  frequency: 900,
  camera: { width: 640, height: 360, frameRate: 25, bitRate: 500_000 },
} as const;
/** How old rooms ask for a key frame (RFC 5168). */
const FAST_UPDATE =
  '<?xml version="1.0" encoding="utf-8"?><media_control><vc_primitive><to_encoder><picture_fast_update/></to_encoder></vc_primitive></media_control>';
/** ms for what takes a second on a machine that has nothing else to do. */
const PATIENCE = 12_000;

let service: RunningService;
let signalling: HostSignalling;

before(async () => {
  signalling = await HostSignalling.open(currentTestNetwork().room.address);
  service = await RunningService.start();
});

after(async () => {
  await signalling?.close();
  await service?.stop();
});

async function open(
  { number, frequency, camera }: typeof OLD | typeof NEW,
  format: 'H263' | 'H263-1998' | 'H263-2000' | 'H261' | 'H264/1',
): Promise<SimulatedHost> {
  return SimulatedHost.open({
    signalling,
    name: `Room ${number}`,
    pictures: [await encodePictureLoop({ ...camera, frames: 50, host: number, format })],
    sounds: [await encodeBeepLoop(number === OLD.number ? 'PCMU' : 'opus', frequency)],
  });
}

/** Waits until frames of both go on in what a host is sent; resolves to the newest picture. */
async function sees(who: SimulatedHost, timeout = PATIENCE): Promise<SeenPicture> {
  const frames = new Map<number, Set<number>>();
  let newest: SeenPicture | undefined;
  const look = (picture: SeenPicture): void => {
    newest = picture;
    for (const { host, frame } of picture.marks) {
      frames.set(host, (frames.get(host) ?? new Set()).add(frame));
    }
  };
  who.media.on('picture', look);
  try {
    return await until(`${who.name} sees both move`, timeout, () =>
      [OLD, NEW].every(({ number }) => (frames.get(number)?.size ?? 0) >= 5) ? newest : undefined,
    );
  } finally {
    who.media.off('picture', look);
  }
}

async function hears(who: SimulatedHost, { frequency }: typeof OLD | typeof NEW): Promise<void> {
  await until(`${who.name} hears ${frequency} Hz`, PATIENCE, () =>
    heardTones(who.media.heard, [frequency], 1.1).length > 0 ? true : undefined,
  );
}

for (const format of ['H263', 'H263-1998', 'H263-2000', 'H261'] as const) {
  test(`a room that has ${format} alone sees the mix and is seen`, { timeout: 90_000 }, async () => {
    const [old, witness] = [await open(OLD, format), await open(NEW, 'H264/1')];
    try {
      await witness.dial(service.sipUri(CODE));
      await old.dial(service.sipUri(CODE));
      const [picture] = await Promise.all([sees(old), sees(witness)]);
      assert.deepEqual([picture.codec, picture.width, picture.height], [format, 352, 288]);
      // The view stands between bars, 216 of 288 rows high; its two cells fill its width.
      for (const { row } of picture.marks) {
        assert.ok(row > 36 && row < 252, `a mark at row ${row}`);
      }
      await Promise.all([hears(old, NEW), hears(witness, OLD)]);

      // Another source can be decoded from a key frame on, which is asked for; the room's own wish is heard.
      changeSource(old);
      await sees(witness, 5000);
      const came = old.media.keyFramesReceived;
      await sleep(1500);
      assert.equal(old.media.keyFramesReceived, came, 'no key frame comes by itself');
      const headers = { 'Content-Type': 'application/media_control+xml' };
      await sendInDialog(old.dialog, { method: 'INFO', headers, body: FAST_UPDATE });
      await until('a key frame comes', 3000, () => (old.media.keyFramesReceived > came ? true : undefined));
      await sees(old);
      assert.deepEqual([...old.media.faults, ...witness.media.faults], [], 'all that came could be decoded');
    } catch (error) {
      console.error(service.output.slice(-4000));
      throw error;
    } finally {
      await Promise.all([old.hangUp(), witness.hangUp()]);
    }
  });
}
