import type Srf from 'drachtio-srf';
import { HostSignalling } from '../host/host-signalling.ts';
import type { PictureFormat } from '../host/picture-format.ts';
import { encodePictureLoop } from '../host/picture-loop.ts';
import { SimulatedHost } from '../host/simulated-host.ts';
import { encodeBeepLoop, type SoundLoop } from '../host/sound-loop.ts';
import { answerCall } from './being-called.ts';

const ADDRESS = '127.0.0.1';
const CAMERA = { width: 320, height: 180, frameRate: 25, bitRate: 300_000, frames: 100 };

/** What two hosts of a test can do. */
export interface PairOptions {
  readonly sounds?: readonly SoundLoop['codec'][];
  readonly pictures?: readonly PictureFormat[];
  /** How the first calls the second; default: with an offer. */
  readonly dial?: (caller: SimulatedHost, uri: string) => Promise<unknown>;
}

/** Two hosts on loopback in a call with each other: what one does can be seen at the other. Marks are 1 and 2, beeps 400 and 900 Hz. */
export interface HostPair {
  readonly caller: SimulatedHost;
  readonly callee: SimulatedHost;
  /** Hangs up and closes everything that still stands. */
  end(): Promise<void>;
}

/** Opens both hosts and the call; each has a signalling of its own. */
export async function callBetweenHosts(options: PairOptions = {}): Promise<HostPair> {
  const { sounds = ['opus'], pictures = ['H264/1'], dial = (host, uri) => host.dial(uri) } = options;
  const open = async (number: 1 | 2): Promise<SimulatedHost> =>
    SimulatedHost.open({
      signalling: await HostSignalling.open(ADDRESS),
      name: `Host ${number}`,
      pictures: await Promise.all(pictures.map((format) => encodePictureLoop({ ...CAMERA, host: number, format }))),
      sounds: await Promise.all(sounds.map((codec) => encodeBeepLoop(codec, number === 1 ? 400 : 900))),
    });
  const [caller, callee] = await Promise.all([open(1), open(2)]);
  const answered = new Promise<void>((resolve, reject) => {
    callee.signalling.srf.invite((request: Srf.SrfRequest, response: Srf.SrfResponse) => {
      answerCall(callee, request, response).then(resolve, reject);
    });
  });
  await Promise.all([answered, dial(caller, `sip:1@${ADDRESS}:${callee.signalling.port}`)]);
  return {
    caller,
    callee,
    end: async () => {
      await caller.hangUp();
      await callee.hangUp();
      await Promise.all([caller.signalling.close(), callee.signalling.close()]);
    },
  };
}

/** Whether a host sees a new picture of the other one within `timeout` ms. */
export async function seesOther({ media }: SimulatedHost, other: 1 | 2, timeout = 3000): Promise<boolean> {
  const seen = await media.waitForPicture(({ marks }) => marks.some(({ host }) => host === other), timeout);
  return seen !== undefined;
}
