import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertRead } from '../h323/assert-read.ts';
import { WireRecord } from '../h323/wire-record.ts';
import { H323Host, type H323HostOptions } from '../host/h323-host.ts';
import type { HostMedia } from '../host/host-media.ts';
import { HostSignalling } from '../host/host-signalling.ts';
import type { PictureFormat } from '../host/picture-format.ts';
import { encodePictureLoop, type PictureLoop } from '../host/picture-loop.ts';
import { SimulatedHost } from '../host/simulated-host.ts';
import { encodeBeepLoop, type SoundLoop } from '../host/sound-loop.ts';
import { changeSource } from '../host-behaviours/change-source.ts';
import { fallSilent } from '../host-behaviours/silence.ts';
import { MixWatch } from '../measurement/mix-watch.ts';
import { heardTones } from '../measurement/tone-levels.ts';
import { marksOfStill } from '../media/marks-of-still.ts';
import { type PropFiles, Props } from '../media/props.ts';
import type { Still } from '../media/still.ts';
import { type Sound, strongestTone, tail } from '../media/tone.ts';
import { until } from '../media/until.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { Baresip } from '../peers/baresip.ts';
import { Chromium } from '../peers/chromium.ts';
import { RunningService } from '../service/running-service.ts';

// H.323 rooms with pictures, in one lesson with SIP rooms and a browser: coded frames and tones tell who sees and hears whom.

const CODE = '1001';
const PORT = 1720;
const CAMERA = { width: 640, height: 360, frameRate: 25, bitRate: 500_000, frames: 100 };
const CIF = { width: 352, height: 288 };
/** Numbers in the pictures, and Hz of the beeps. */
const H323 = { number: 1, frequency: 400 } as const;
const SIP = { number: 2, frequency: 900 } as const;
const BARESIP = { number: 3, frequency: 1400 } as const;
const CHROMIUM = { number: 4, frequency: 2000 } as const;
const OLD = { number: 5, frequency: 2700 } as const;
type Part = typeof H323 | typeof SIP | typeof BARESIP | typeof CHROMIUM | typeof OLD;
/** Browsers take a tone for noise and lower it; codecs spread the others' this far. */
const HEARD_OF_BROWSER = 0.01;
/** ms for what takes a second on a machine that has nothing else to do. */
const PATIENCE = 12_000;

const props = await Props.open();
let service: RunningService;
let wire: WireRecord;
let signalling: HostSignalling;
const pictures = new Map<string, PictureLoop>();
const sounds = new Map<string, SoundLoop>();
let hosts: { hangUp(): Promise<void> }[] = [];

before(async () => {
  for (const { number, frequency } of [H323, SIP, OLD]) {
    for (const format of ['H264/1', 'H264/0'] satisfies PictureFormat[]) {
      pictures.set(`${number} ${format}`, await encodePictureLoop({ ...CAMERA, host: number, format }));
    }
    for (const format of ['H263', 'H261'] satisfies PictureFormat[]) {
      pictures.set(`${number} ${format}`, await encodePictureLoop({ ...CAMERA, ...CIF, host: number, format }));
    }
    for (const codec of ['opus', 'G722', 'PCMA', 'PCMU'] as const) {
      sounds.set(`${frequency} ${codec}`, await encodeBeepLoop(codec, frequency));
    }
  }
  signalling = await HostSignalling.open(currentTestNetwork().room.address);
  service = await RunningService.start();
  wire = await WireRecord.start(service.address);
});

afterEach(async () => {
  await Promise.all(hosts.map((host) => host.hangUp()));
  hosts = [];
});

after(async () => {
  wire?.close();
  await signalling?.close();
  await service?.stop();
  await props.remove();
});

/** What an H.323 host of a test can do; the rest is as it is with most rooms. */
interface RoomKind extends Partial<Pick<H323HostOptions, 'tunnelling' | 'fastStart' | 'videoBitRate' | 'level'>> {
  readonly sounds?: readonly SoundLoop['codec'][];
  readonly formats?: readonly PictureFormat[];
}

function materialOf({ number, frequency }: Part, kind: Required<Pick<RoomKind, 'sounds' | 'formats'>>) {
  const found = {
    pictures: kind.formats.map((format) => pictures.get(`${number} ${format}`)),
    sounds: kind.sounds.map((codec) => sounds.get(`${frequency} ${codec}`)),
  };
  return {
    pictures: found.pictures.filter((loop) => loop !== undefined),
    sounds: found.sounds.filter((loop) => loop !== undefined),
  };
}

async function openH323(kind: RoomKind = {}, part: Part = H323): Promise<H323Host> {
  const { sounds: codecs = ['G722', 'PCMA'], formats = ['H264/1'], ...options } = kind;
  const material = materialOf(part, { sounds: codecs, formats });
  const address = currentTestNetwork().room.address;
  const host = await H323Host.open({ address, name: `Room ${part.number}`, ...material, ...options });
  hosts.push(host);
  return host;
}

async function openSip(): Promise<SimulatedHost> {
  const material = materialOf(SIP, { sounds: ['opus'], formats: ['H264/1'] });
  const host = await SimulatedHost.open({ signalling, name: 'Room 2', user: 'room-2', ...material });
  hosts.push(host);
  return host;
}

const gateway = () => ({ address: service.address, port: PORT });

/** Waits until frames of all these go on in what a host is sent. */
async function sees(media: HostMedia, parts: readonly Part[], timeout = PATIENCE): Promise<void> {
  const shown = new Map<number, Set<number>>(parts.map(({ number }) => [number, new Set<number>()]));
  const look = ({ marks }: { readonly marks: readonly { readonly host: number; readonly frame: number }[] }): void => {
    for (const { host, frame } of marks) {
      shown.get(host)?.add(frame);
    }
  };
  media.on('picture', look);
  try {
    await until(`pictures of ${[...shown.keys()]} go on`, timeout, () =>
      [...shown.values()].every((frames) => frames.size >= 3) ? true : undefined,
    );
  } catch (error) {
    const seen = [...shown].map(([host, frames]) => `${host}: ${frames.size} frames`).join(', ');
    throw new Error(`sees ${seen}`, { cause: error });
  } finally {
    media.off('picture', look);
  }
}

/** The same of stills, which a program of strangers has decoded. */
async function seesInStills(who: string, look: () => Promise<Still>, parts: readonly Part[]): Promise<void> {
  const shown = new Map<number, Set<number>>(parts.map(({ number }) => [number, new Set<number>()]));
  await until(`${who} sees all move`, 3 * PATIENCE, async () => {
    const still = await look();
    for (const { host, frame } of marksOfStill(still)) {
      shown.get(host)?.add(frame);
    }
    return [...shown.values()].every((frames) => frames.size >= 2) ? true : undefined;
  });
}

async function hears(who: string, heard: () => Sound | Promise<Sound>, parts: readonly Part[]): Promise<void> {
  const missing = async (): Promise<number[]> => {
    const sound = tail(await heard(), 1.1);
    const rooms = parts.filter((part) => part !== CHROMIUM).map(({ frequency }) => frequency);
    const heardRooms = heardTones(sound, rooms, 1.1);
    const lacks = rooms.filter((frequency) => !heardRooms.includes(frequency));
    const browser = parts.includes(CHROMIUM) && strongestTone(sound, CHROMIUM.frequency) < HEARD_OF_BROWSER;
    return browser ? [...lacks, CHROMIUM.frequency] : lacks;
  };
  let lacking: number[] = [];
  try {
    await until('all are heard', 3 * PATIENCE, async () => {
      lacking = await missing();
      return lacking.length === 0 ? true : undefined;
    });
  } catch (error) {
    throw new Error(`${who} does not hear ${lacking.join(', ')} Hz`, { cause: error });
  }
}

/** Tells what the service wrote, and its ladders of H.323 calls, where something fails. */
async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const listed: { calls: { id: string; protocol: string }[] } = JSON.parse((await service.api('GET', '/calls')).body);
    const ladders = listed.calls
      .filter(({ protocol }) => protocol === 'h323')
      .map(async ({ id }) => (await service.download(`/calls/${id}/trace?format=ladder`)).body.toString());
    console.error(service.output.slice(-3000), ...(await Promise.all(ladders)));
    throw error;
  }
}

async function seeAndHearEachOther(room: H323Host, witness: SimulatedHost): Promise<void> {
  await told(Promise.all([sees(room.media, [H323, SIP]), sees(witness.media, [H323, SIP])]));
  await told(
    Promise.all([
      hears('the H.323 room', () => room.media.heard, [SIP]),
      hears('the SIP room', () => witness.media.heard, [H323]),
    ]),
  );
  assert.deepEqual([...room.media.faults, ...witness.media.faults], []);
}

test('an H.323 room, one with H.263 and G.711 alone, two SIP rooms and a browser see and hear each other', {
  timeout: 240_000,
}, async () => {
  const files: Record<'baresip' | 'chromium', PropFiles> = {
    baresip: await props.makeCoded('baresip', BARESIP.number, BARESIP.frequency),
    chromium: await props.makeCoded('chromium', CHROMIUM.number, CHROMIUM.frequency),
  };
  const chromium = await Chromium.start({ picture: files.chromium.camera, sound: files.chromium.sound });
  const baresip = await Baresip.start({
    name: 'Room 3',
    sipPort: 5080,
    audioCodec: 'opus/48000/2',
    videoCodec: 'H264',
    picture: files.baresip.video,
    sound: files.baresip.sound,
  });
  try {
    const [room, witness] = [await openH323(), await openSip()];
    const old = await openH323({ sounds: ['PCMA'], formats: ['H263'] }, OLD);
    await room.dial(gateway(), CODE);
    await old.dial(gateway(), CODE);
    await witness.dial(service.sipUri(CODE));
    await baresip.dial(service.sipUri(CODE));
    const page = await chromium.join(service.pageUrl(CODE), 'Teacher');
    const all = [H323, SIP, BARESIP, CHROMIUM, OLD];
    await told(Promise.all([sees(room.media, all), sees(witness.media, all), sees(old.media, all)]));
    await told(seesInStills('the browser', () => page.picture(), all));
    await told(seesInStills('baresip', () => baresip.snapshot(), all));
    const but = (own: Part) => all.filter((part) => part !== own);
    await told(hears('the H.323 room', () => room.media.heard, but(H323)));
    await told(hears('the room with H.263', () => old.media.heard, but(OLD)));
    await told(hears('the SIP room', () => witness.media.heard, but(SIP)));
    await told(hears('baresip', () => baresip.heard(), but(BARESIP)));
    await told(hears('the browser', () => page.hear(1.5), but(CHROMIUM)));
    assert.deepEqual(heardTones(room.media.heard, [H323.frequency], 1), [], 'the H.323 room does not hear itself');
    assert.deepEqual([...room.media.faults, ...witness.media.faults, ...old.media.faults], []);
    assert.deepEqual([old.media.negotiated.audio?.send.name, old.media.negotiated.video?.send.name], ['PCMA', 'H263']);
    assert.equal(room.media.negotiated.audio?.send.name, 'G722');
  } finally {
    await baresip.stop();
    await chromium.stop();
  }
});

describe('calls and is called', () => {
  for (const fastStart of [true, false]) {
    for (const tunnelling of [true, false]) {
      const kind = `${fastStart ? 'fast' : 'slow'} start, H.245 ${tunnelling ? 'tunnelled' : 'on its own connection'}`;
      test(kind, { timeout: 90_000 }, async () => {
        const witness = await openSip();
        await witness.dial(service.sipUri(CODE));
        const room = await openH323({
          tunnelling,
          fastStart,
          sounds: fastStart === tunnelling ? ['PCMU'] : ['PCMA'],
          formats: [tunnelling ? 'H264/1' : 'H264/0'],
        });
        await room.dial(gateway(), CODE);
        await seeAndHearEachOther(room, witness);
        const id = await calledAgain(room, witness);
        assert.equal((await service.api('DELETE', `/calls/${id}`)).status, 204);
        await until('it is hung up on', PATIENCE, () => (room.isInCall ? undefined : true));
        assert.equal(room.counts.ended, 1);
      });
    }
  }
});

describe('a room that has one old codec and G.711 alone', () => {
  for (const format of ['H263', 'H261'] as const) {
    for (const fastStart of [true, false]) {
      test(`${format}, ${fastStart ? 'fast' : 'slow'} start`, { timeout: 90_000 }, async () => {
        const [room, witness] = [await openH323({ fastStart, sounds: ['PCMA'], formats: [format] }), await openSip()];
        await witness.dial(service.sipUri(CODE));
        await room.dial(gateway(), CODE);
        await seeAndHearEachOther(room, witness);
        assert.equal(room.media.negotiated.video?.send.name, format);
        const shown = await room.media.waitForPicture(() => true, PATIENCE);
        assert.deepEqual([shown?.codec, shown?.width, shown?.height], [format, CIF.width, CIF.height]);
        const id = await calledAgain(room, witness);
        // It chose among what the service proposed: no channel was opened later.
        const ladder = (await service.download(`/calls/${id}/trace?format=ladder`)).body.toString();
        const opened = ladder.split('\n').filter((line) => line.includes('openLogicalChannel'));
        assert.deepEqual(opened, [], 'all channels come by fast start');
        assert.equal(room.media.negotiated.video?.send.name, format);
      });
    }
  }
});

/** A room leaves and is called into the lesson again; resolves to the id of that call. */
async function calledAgain(room: H323Host, witness: SimulatedHost): Promise<string> {
  room.leave();
  await until('it has left', PATIENCE, async () => ((await h323Calls()) === 0 ? true : undefined));
  const made = await service.api('POST', '/calls', { class: CODE, to: room.uri });
  assert.equal(made.status, 201, made.body);
  await until('it is called', PATIENCE, () => (room.counts.answered === 2 ? true : undefined));
  await seeAndHearEachOther(room, witness);
  return JSON.parse(made.body).id;
}

async function h323Calls(): Promise<number> {
  return (await service.metric('classbridge_calls{protocol="h323",state="up"}')) ?? 0;
}

describe('in mid-call', () => {
  async function lesson(kind: RoomKind = {}): Promise<{ room: H323Host; witness: SimulatedHost }> {
    const [room, witness] = [await openH323(kind), await openSip()];
    await witness.dial(service.sipUri(CODE));
    await room.dial(gateway(), CODE);
    await told(Promise.all([sees(room.media, [H323, SIP]), sees(witness.media, [H323, SIP])]));
    return { room, witness };
  }

  /** Waits until what a room is sent is of this height, for a moment. */
  async function sent(watch: MixWatch, height: number): Promise<void> {
    await until(`pictures ${height} high, not ${watch.size.height}`, PATIENCE, () =>
      watch.size.height === height ? true : undefined,
    );
  }

  test('key frames are asked for by H.245, both ways', { timeout: 60_000 }, async () => {
    const { room, witness } = await lesson();
    // Who has just come may still be given what it asked for at the start.
    await sleep(1500);
    const came = room.media.keyFramesReceived;
    await sleep(1500);
    assert.equal(room.media.keyFramesReceived, came, 'no key frame comes by itself');
    room.call.requestKeyFrame();
    await until('the key frame comes', 2000, () => (room.media.keyFramesReceived > came ? true : undefined));

    // Another source can be decoded from a key frame on: we ask for it.
    const asked = room.counts.picturesAsked;
    changeSource(room);
    await until('a picture is asked for', 2000, () => (room.counts.picturesAsked > asked ? true : undefined));
    await sees(witness.media, [H323], 3000);
  });

  test('a limit of bit rate is kept, and what is above it comes back when it is lifted', {
    timeout: 90_000,
  }, async () => {
    const { room } = await lesson();
    const watch = new MixWatch(room.media, []);
    await sent(watch, 720);
    room.call.limitPicture(200_000);
    await sent(watch, 180);
    await sleep(3000);
    assert.ok((watch.bitRate ?? Number.NaN) <= 200_000, `${watch.bitRate} bit/s`);
    await sees(room.media, [H323, SIP]);
    room.call.limitPicture(0);
    await sleep(1500);
    const { packets } = room.media.received.video;
    await sleep(1000);
    assert.equal(room.media.received.video.packets, packets, 'no picture at all');
    room.call.limitPicture(undefined);
    await sent(watch, 720);
    await sees(room.media, [H323, SIP]);
    watch.end();
  });

  test('a room that takes little is sent no more', { timeout: 90_000 }, async () => {
    // Level 1.3 is 352x288 at 30 a second.
    const { room } = await lesson({ level: 13, videoBitRate: 384_000 });
    const watch = new MixWatch(room.media, []);
    await sleep(4000);
    assert.deepEqual(watch.size, { width: 320, height: 180 });
    assert.ok((watch.bitRate ?? Number.NaN) <= 384_000, `${watch.bitRate} bit/s`);
    watch.end();
  });

  test('a room that falls silent gives way in the picture and is back when it sends again', {
    timeout: 60_000,
  }, async () => {
    const { room, witness } = await lesson();
    fallSilent(room, 'rtp');
    await sleep(3000);
    const shown = await witness.media.waitForPicture(({ marks }) => marks.some(({ host }) => host === 1), 500);
    assert.equal(shown, undefined, 'a frozen picture is not shown for long');
    fallSilent(room, 'nothing');
    await told(sees(witness.media, [H323], 3000));
  });

  test('reports reach the ports of the channels, and tell the clock of picture and sound', {
    timeout: 60_000,
  }, async () => {
    const { room } = await lesson();
    const { media } = room;
    const picture = await media.waitForPicture(
      ({ ssrc, timestamp }) => media.clocks.video.at(ssrc, timestamp) !== undefined,
      8000,
    );
    assert.ok(picture);
    let heard = false;
    media.on('sound', ({ ssrc, timestamp }) => {
      heard ||= media.clocks.audio.at(ssrc, timestamp) !== undefined;
    });
    await until('the clock of sound is known', 8000, () => (heard ? true : undefined));
  });
});

test('tshark reads all that the service sent to H.323 rooms', async (t) => {
  assertRead(await wire.stop(), { callSignalling: 140, tunnelledControl: 90, separateControl: 30 }, t);
});
