import type { Preferences } from '../preferences.ts';
import { Store } from '../store.ts';
import { audioConstraints, type Kind, videoConstraints } from './capture-constraints.ts';
import { type DeviceProblem, deviceProblem } from './device-problem.ts';

/** Microphone or camera. */
export interface LocalTrack {
  /** The user wants it on. */
  readonly wanted: boolean;
  /** Live; a muted microphone keeps its track, a camera that is off has none, so that its light is off. */
  readonly track: MediaStreamTrack | undefined;
  readonly problem: DeviceProblem | undefined;
}

/** The user’s own devices as they are now. */
export interface LocalMediaState {
  /** The browser is being asked for the first time. */
  readonly opening: boolean;
  readonly audio: LocalTrack;
  readonly video: LocalTrack;
  readonly devices: readonly MediaDeviceInfo[];
  /** deviceId of the loudspeaker; undefined for the system's choice. */
  readonly speaker: string | undefined;
}

const PREFERENCE = { audio: 'microphone', video: 'camera' } as const;
const DEVICE_KIND = { audio: 'audioinput', video: 'videoinput' } as const;

/** The devices of this computer: which are there, which are chosen, and the tracks that they give. */
export class LocalMedia {
  readonly state: Store<LocalMediaState>;
  readonly #preferences: Preferences;
  /** Counts the openings of each kind: an older one that comes late is thrown away. */
  readonly #generation = { audio: 0, video: 0 };
  readonly #onDeviceChange = () => void this.#listDevices();

  constructor(preferences: Preferences) {
    this.#preferences = preferences;
    const untouched = { wanted: true, track: undefined, problem: undefined };
    this.state = new Store<LocalMediaState>({
      opening: false,
      audio: untouched,
      video: untouched,
      devices: [],
      speaker: preferences.get('speaker'),
    });
  }

  /**
   * Opens what is wanted and not open yet. Asks for microphone and camera together, so that the user is asked once;
   * where that fails, for each by itself.
   */
  async open(): Promise<void> {
    navigator.mediaDevices?.addEventListener('devicechange', this.#onDeviceChange);
    this.state.set({ opening: true });
    await this.#listDevices();
    const lacking = (['audio', 'video'] as const).filter((kind) => {
      const { wanted, track } = this.state.value[kind];
      return wanted && track?.readyState !== 'live';
    });
    const opened = lacking.length === 2 && (await this.#openBoth());
    if (!opened) for (const kind of lacking) await this.#openOne(kind);
    await this.#listDevices();
    this.state.set({ opening: false });
  }

  /** Switches microphone or camera on or off. */
  async setWanted(kind: Kind, wanted: boolean): Promise<void> {
    const { track } = this.state.value[kind];
    this.#change(kind, { wanted });
    if (wanted && (track === undefined || track.readyState === 'ended')) await this.#openOne(kind);
    else if (!wanted && kind === 'video') this.#replace('video', undefined, undefined);
    else if (track !== undefined) track.enabled = wanted;
  }

  /** Takes this device from now on, and remembers it. */
  async choose(kind: Kind, deviceId: string): Promise<void> {
    this.#preferences.set(PREFERENCE[kind], deviceId);
    if (this.state.value[kind].wanted || kind === 'audio') await this.#openOne(kind);
  }

  /** Plays on this loudspeaker from now on, and remembers it. */
  chooseSpeaker(deviceId: string): void {
    this.#preferences.set('speaker', deviceId);
    this.state.set({ speaker: deviceId });
  }

  /** The device that gives the track, or that would be asked. */
  chosen(kind: Kind): string | undefined {
    return this.state.value[kind].track?.getSettings().deviceId ?? this.#remembered(kind);
  }

  /** Frees the devices; `open` takes them again. */
  close(): void {
    navigator.mediaDevices?.removeEventListener('devicechange', this.#onDeviceChange);
    for (const kind of ['audio', 'video'] as const) {
      this.#generation[kind] += 1;
      this.#replace(kind, undefined, undefined);
    }
  }

  async #openBoth(): Promise<boolean> {
    if (navigator.mediaDevices === undefined) return false;
    this.#generation.audio += 1;
    this.#generation.video += 1;
    const { audio, video } = { ...this.#generation };
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: audioConstraints(this.#remembered('audio')),
        video: videoConstraints(this.#remembered('video')),
      });
      this.#accept('audio', audio, stream.getAudioTracks()[0]);
      this.#accept('video', video, stream.getVideoTracks()[0]);
      return true;
    } catch {
      return false;
    }
  }

  async #openOne(kind: Kind): Promise<void> {
    if (navigator.mediaDevices === undefined) {
      this.#change(kind, { problem: window.isSecureContext ? 'failed' : 'insecure' });
      return;
    }
    this.#generation[kind] += 1;
    const generation = this.#generation[kind];
    const deviceId = this.#remembered(kind);
    try {
      // Some cameras cannot be opened twice: the old track goes first.
      if (kind === 'video') this.#replace(kind, undefined, undefined);
      const stream = await navigator.mediaDevices.getUserMedia(
        kind === 'audio' ? { audio: audioConstraints(deviceId) } : { video: videoConstraints(deviceId) },
      );
      this.#accept(kind, generation, stream.getTracks()[0]);
    } catch (error) {
      if (generation !== this.#generation[kind]) return;
      this.#replace(kind, undefined, deviceProblem(error instanceof Error ? error.name : ''));
    }
  }

  #accept(kind: Kind, generation: number, track: MediaStreamTrack | undefined): void {
    if (track === undefined) return;
    const { wanted } = this.state.value[kind];
    if (generation !== this.#generation[kind] || (kind === 'video' && !wanted)) {
      track.stop();
      return;
    }
    track.enabled = wanted;
    track.contentHint = kind === 'video' ? 'motion' : 'speech';
    // Fires when the device goes, not when we stop the track (W3C Media Capture and Streams §4.3.1).
    track.addEventListener('ended', () => {
      if (this.state.value[kind].track === track) this.#replace(kind, undefined, 'lost');
    });
    this.#replace(kind, track, undefined);
  }

  #replace(kind: Kind, track: MediaStreamTrack | undefined, problem: DeviceProblem | undefined): void {
    const old = this.state.value[kind].track;
    if (old !== track) old?.stop();
    this.#change(kind, { track, problem });
  }

  #change(kind: Kind, change: Partial<LocalTrack>): void {
    const changed = { ...this.state.value[kind], ...change };
    this.state.set(kind === 'audio' ? { audio: changed } : { video: changed });
  }

  /** The remembered device, where it is still there. */
  #remembered(kind: Kind): string | undefined {
    const deviceId = this.#preferences.get(PREFERENCE[kind]);
    const there = this.state.value.devices.some(
      (device) => device.kind === DEVICE_KIND[kind] && device.deviceId === deviceId && deviceId !== '',
    );
    return there ? deviceId : undefined;
  }

  async #listDevices(): Promise<void> {
    try {
      this.state.set({ devices: (await navigator.mediaDevices?.enumerateDevices()) ?? [] });
    } catch {
      this.state.set({ devices: [] });
    }
  }
}
