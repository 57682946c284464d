import type { Reception } from '#signaling/webrtc/protocol.ts';
import type { LessonPhase } from '../lesson-state.ts';
import type { DeviceProblem } from '../media/device-problem.ts';
import type { PageFault } from '../page-fault.ts';

/** What happened, and what a person can do about it. */
export interface FaultText {
  readonly title: string;
  readonly advice: string;
}

/** Every text of the pages in one language. */
export interface Texts {
  /** BCP 47 tag for `<html lang>`. */
  readonly tag: string;
  /** The language's own name. */
  readonly languageName: string;
  readonly switchLanguage: string;
  readonly home: {
    readonly title: string;
    readonly lead: string;
    readonly code: string;
    readonly codeHint: string;
    readonly badCode: string;
    readonly enter: string;
  };
  readonly preJoin: {
    readonly title: (code: string) => string;
    readonly name: string;
    readonly nameMissing: string;
    readonly join: string;
    readonly listenOnly: string;
    readonly noCamera: string;
    readonly level: string;
    readonly asking: string;
    readonly tryAgain: string;
  };
  readonly devices: {
    readonly title: string;
    readonly microphone: string;
    readonly camera: string;
    readonly speaker: string;
    readonly none: string;
    readonly unnamed: (number: number) => string;
    readonly shortcuts: string;
    readonly close: string;
  };
  readonly lesson: {
    readonly mute: string;
    readonly unmute: string;
    readonly microphone: string;
    readonly cameraOff: string;
    readonly cameraOn: string;
    readonly camera: string;
    readonly leave: string;
    readonly people: string;
    readonly settings: string;
    readonly layout: string;
    readonly reception: Readonly<Record<Reception, string>>;
    readonly fullScreen: string;
    readonly you: string;
    readonly yourPicture: string;
    readonly lessonPicture: string;
    readonly pictureOf: (name: string) => string;
    readonly waiting: string;
    readonly alone: string;
    readonly sound: string;
    readonly muted: string;
    readonly pictureOff: string;
    readonly browser: string;
    readonly close: string;
  };
  readonly status: Readonly<Record<LessonPhase, string>>;
  readonly mediaConnecting: string;
  readonly faults: Readonly<Record<PageFault, FaultText>>;
  readonly retry: {
    readonly in: (seconds: number) => string;
    readonly now: string;
    readonly trying: string;
  };
  readonly left: FaultText;
  readonly after: {
    readonly rejoin: string;
    readonly reload: string;
    readonly home: string;
  };
  readonly deviceProblems: Readonly<Record<'audio' | 'video', Readonly<Record<DeviceProblem, string>>>>;
}
