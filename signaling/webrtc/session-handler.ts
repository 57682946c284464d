import type { Fault, Joined, Produced, RequestOf } from './protocol.ts';

/**
 * What a session asks of the service. One request is under way at a time, in the order of arrival; `join` comes first and
 * succeeds once. A method may throw `FaultError`. A session can end while a method runs: `WebrtcSession.ended` tells.
 */
export interface SessionHandler {
  /** Enters the lesson. A fault as the value means the same as throwing it. */
  join(request: RequestOf<'join'>): Promise<Joined | Fault>;
  /** The codecs that the page can receive: `consumer` notices may go out from now on. Comes again after a `restart` notice. */
  ready(request: RequestOf<'ready'>): Promise<void>;
  /** DTLS parameters of the transport that `request.transport` names. */
  connect(request: RequestOf<'connect'>): Promise<void>;
  /** A new track from the page. */
  produce(request: RequestOf<'produce'>): Promise<Produced>;
  /** Media of this consumer may flow. */
  resume(request: RequestOf<'resume'>): Promise<void>;
  /** Microphone or camera switched off or on. */
  mute(request: RequestOf<'mute'>): Promise<void>;
  /** Mix or single sources from now on. */
  reception(request: RequestOf<'reception'>): Promise<void>;
  /** The party says goodbye; `ended` with `remote-hangup` follows when this is done. */
  leave(): Promise<void>;
}
