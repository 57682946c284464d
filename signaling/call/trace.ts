/** Seen from us. */
export type MessageDirection = 'in' | 'out';

/** An address literal (IPv4 or IPv6 without brackets) and a port. */
interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** The way that a message went. A flow of the SIP edge is one. */
export interface MessageWay {
  readonly protocol: 'udp' | 'tcp';
  /** Ours: of connections that we opened it bears the port that we listen on. */
  readonly local: Endpoint;
  readonly remote: Endpoint;
}

/**
 * Is told what SIP does, for whoever wants to know afterwards why a call went as it did. It is called for every message:
 * whoever takes this up does little at once.
 */
export interface SipTrace {
  /** A message came or leaves, repetitions included. `bytes` hold while the call lasts: what is kept is copied. */
  message(direction: MessageDirection, bytes: Buffer, way: MessageWay): void;
  /** Messages with this Call-ID belong to the call with this id. A call may have several. */
  named(call: string, sipCallId: string): void;
  /** Why something was done with a request that did not become a call, in words. */
  remark(sipCallId: string, words: string): void;
}

/** Which connection of an H.323 call a message travels on: H.245 has one of its own where it is not tunnelled. */
export type H323Channel = 'call-signalling' | 'control';

/** The same of H.323. It is called for every message, too. */
export interface H323Trace {
  /**
   * A message came or leaves: the contents of a TPKT packet. `call` is the id of its call, which begins with a message of call signalling.
   * The octets hold while this is called: what is kept is copied.
   */
  message(
    call: string,
    direction: MessageDirection,
    message: { readonly channel: H323Channel; readonly packet: Uint8Array; readonly way: MessageWay },
  ): void;
}
