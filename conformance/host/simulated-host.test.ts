import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type Srf from 'drachtio-srf';
import { negotiate } from '#codecs/media/negotiate.ts';
import { readSdp } from '#codecs/sdp/read.ts';
import { writeSdp } from '#codecs/sdp/write.ts';
import { MEDIA_CONTROL_TYPE, pictureFastUpdate } from '#signaling/sip/application/picture-fast-update.ts';
import { until } from '../media/until.ts';
import { HostMedia } from './host-media.ts';
import { HostSignalling } from './host-signalling.ts';
import { encodePictureLoop, type PictureLoop } from './picture-loop.ts';
import { SimulatedHost } from './simulated-host.ts';
import { encodeToneLoop, type SoundLoop } from './sound-loop.ts';

const ADDRESS = '127.0.0.1';
const SHAPE = { width: 320, height: 180, frameRate: 25, bitRate: 300_000, frames: 500 };

let caller: HostSignalling;
let callee: HostSignalling;
let loops: PictureLoop[];
let sound: SoundLoop;
let called: ((request: Srf.SrfRequest, response: Srf.SrfResponse) => void) | undefined;

before(async () => {
  [caller, callee] = await Promise.all([HostSignalling.open(ADDRESS), HostSignalling.open(ADDRESS)]);
  loops = await Promise.all([1, 2].map((host) => encodePictureLoop({ ...SHAPE, host })));
  sound = await encodeToneLoop('PCMA', 440);
  callee.srf.invite((request, response) => called?.(request, response));
});
after(() => Promise.all([caller.close(), callee.close()]));

function loop(index: number): PictureLoop {
  const found = loops[index];
  assert.ok(found);
  return found;
}

const uri = () => `sip:1001@${ADDRESS}:${callee.port}`;
const openHost = () =>
  SimulatedHost.open({ signalling: caller, name: '红星小学', pictures: [loop(0)], sounds: [sound] });

test('a host calls, is seen, gives a key frame by INFO, sees, and hangs up', async () => {
  const far = await HostMedia.open({ address: ADDRESS, cname: 'far', pictures: [loop(1)], sounds: [sound] });
  const dialogs: Srf.Dialog[] = [];
  let gone = false;
  called = (request, response) => {
    const offer = readSdp(request.body);
    assert.ok('description' in offer);
    const session = { origin: { sessionId: '1', version: '1' } };
    const result = negotiate(offer.description, far.capabilities, far.transport, session);
    assert.ok('answer' in result);
    assert.equal(request.getParsedHeader('From').name, '"红星小学"');
    void callee.srf
      .createUAS(request, response, { localSdp: writeSdp(result.answer, { address: ADDRESS }) })
      .then((dialog) => {
        dialogs.push(dialog);
        dialog.on('destroy', () => {
          gone = true;
        });
        far.use(result.media);
      });
  };
  const host = await openHost();
  const sees = host.media.waitForPicture(({ marks }) => marks.some((mark) => mark.host === 2), 5000);
  const isSeen = far.waitForPicture(({ marks }) => marks.some((mark) => mark.host === 1), 5000);
  const before = performance.now();
  const { acknowledgedAt } = await host.dial(uri());
  assert.ok(acknowledgedAt > before && acknowledgedAt <= performance.now());
  assert.ok((await sees)?.at, 'the host sees the far side');
  assert.ok((await isSeen)?.at, 'the far side sees the host');

  const sent = host.media.keyFramesSent;
  const [dialog] = dialogs;
  const info = { method: 'INFO', headers: { 'Content-Type': MEDIA_CONTROL_TYPE }, body: pictureFastUpdate() };
  const answer = await dialog?.request(info as unknown as Srf.SrfRequest);
  assert.equal(answer?.status, 200);
  await until('a key frame is given', 2000, () => (host.media.keyFramesSent > sent ? true : undefined));

  await host.hangUp();
  assert.ok(gone, 'the BYE came and was answered');
  assert.equal(host.endedByPeer, false);
  await far.close();
});

test('a refused call tells its status; a call that the far side ends is known', async () => {
  called = (_request, response) => response.send(486);
  const refused = await openHost();
  await assert.rejects(refused.dial(uri()), { status: 486 });
  await refused.hangUp();

  called = (request, response) => {
    void callee.srf
      .createUAS(request, response, { localSdp: request.body.replaceAll(/m=(\w+) \d+/g, 'm=$1 9') })
      .then((dialog) => setTimeout(() => dialog.destroy(), 50));
  };
  const ended = await openHost();
  await ended.dial(uri());
  await until('the far side hangs up', 2000, () => (ended.endedByPeer ? true : undefined));
  await ended.hangUp();
  assert.deepEqual([...caller.faults, ...callee.faults], []);
});
