/** Parties and negotiated media for tests. */
import type { Producer } from 'mediasoup/types';
import { defaultCapabilities } from '#codecs/media/local-capabilities.ts';
import type { NegotiatedAudio, NegotiatedVideo } from '#codecs/media/negotiated.ts';
import type { BrowserSide } from './browser-side.ts';
import type { LegPlan, Party } from './party.ts';

/** What the conference of tests can. */
export const CAPABILITIES = defaultCapabilities({ videoBitRate: 2_000_000, maximumSize: '1080p' });

const BASE = {
  index: 0,
  remote: { address: '192.0.2.1', port: 4000 },
  remoteRtcp: { address: '192.0.2.1', port: 4001 },
  rtcpMux: false,
  direction: 'sendrecv',
} as const;
const PCMA = { name: 'PCMA', payloadType: 8, clockRate: 8000 } as const;
const FEEDBACK = { nack: false, pli: false, fir: false, tmmbr: false, remb: false };

/** Sound of a room by G.711. */
export function roomAudio(): NegotiatedAudio {
  return { ...BASE, kind: 'audio', send: PCMA, receive: [PCMA], packetTime: 20 };
}

/** A room that takes 1080p in single NAL units: the longest name that an encoding can have. */
export function roomVideo(changes: Partial<NegotiatedVideo> = {}): NegotiatedVideo {
  const h264 = {
    name: 'H264',
    payloadType: 97,
    clockRate: 90_000,
    feedback: FEEDBACK,
    h264: { profile: 'constrained-baseline', level: 40, packetizationMode: 0, levelAsymmetryAllowed: true },
  } as const;
  return { ...BASE, kind: 'main', send: h264, receive: [h264], sendBitRate: 4_000_000, ...changes };
}

/** The plan of a room that is up. */
export function roomPlan(port: number, changes: Partial<LegPlan> = {}): LegPlan {
  return {
    audio: { address: '0.0.0.0', port, ssrc: port, media: roomAudio() },
    video: { address: '0.0.0.0', port: port + 2, ssrc: port + 2, media: roomVideo() },
    receivesView: true,
    cameraOff: false,
    ...changes,
  };
}

/** A party that only is there, and counts what it is told. */
export class ExampleParty implements Party {
  readonly protocol: Party['protocol'];
  readonly direction = 'inbound';
  readonly id: string;
  readonly name: string;
  plan: LegPlan | undefined;
  readonly told: string[] = [];
  sends = { audio: true, video: true };

  constructor(id: string, plan?: LegPlan, protocol: Party['protocol'] = 'sip') {
    this.id = id;
    this.name = `Room ${id}`;
    this.plan = plan;
    this.protocol = protocol;
  }

  async ownPicture(_side: BrowserSide): Promise<Producer | undefined> {
    return undefined;
  }

  lessonChanged(): void {
    this.told.push('changed');
  }

  requestKeyFrame(): void {
    this.told.push('key-frame');
  }

  end(reason: string): void {
    this.told.push(`end ${reason}`);
  }
}
