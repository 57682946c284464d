import { asnModule } from '../asn1/codec.ts';
import type { Value } from '../asn1/value.ts';
import { audioCapabilityTypes } from './tables/audio-capabilities.ts';
import { capabilityExchangeTypes } from './tables/capability-exchange.ts';
import { commandAndIndicationTypes } from './tables/commands-and-indications.ts';
import { conferenceTypes } from './tables/conference.ts';
import { dataCapabilityTypes } from './tables/data-capabilities.ts';
import { logicalChannelTypes } from './tables/logical-channels.ts';
import { messageTypes } from './tables/messages.ts';
import { multiplexCapabilityTypes } from './tables/multiplex-capabilities.ts';
import { multiplexTableTypes } from './tables/multiplex-table.ts';
import { otherMultiplexTypes } from './tables/other-multiplexes.ts';
import { requestModeTypes } from './tables/request-mode.ts';
import { videoCapabilityTypes } from './tables/video-capabilities.ts';

/** H.245 version 17 (MULTIMEDIA-SYSTEM-CONTROL). */
export const h245Types = {
  ...messageTypes,
  ...capabilityExchangeTypes,
  ...multiplexCapabilityTypes,
  ...videoCapabilityTypes,
  ...audioCapabilityTypes,
  ...dataCapabilityTypes,
  ...logicalChannelTypes,
  ...otherMultiplexTypes,
  ...multiplexTableTypes,
  ...requestModeTypes,
  ...conferenceTypes,
  ...commandAndIndicationTypes,
};

/** A value of a type of H.245 by its name: `H245<'TerminalCapabilitySet'>`. */
export type H245<N extends keyof typeof h245Types> = Value<typeof h245Types, (typeof h245Types)[N]>;

/** Reads and writes messages of H.245 and what stands in them. */
export const h245 = asnModule(h245Types);
