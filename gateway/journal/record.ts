import { z } from 'zod';
import type { DialogRecord } from '#signaling/sip/application/dialog-record.ts';
import type { Binding } from '#signaling/sip/registrar/location-table.ts';
import { classCodeSchema } from '#signaling/webrtc/protocol.ts';

const text = z.string().max(1024);
const uri = z.string().min(1).max(1024);
const source = z.strictObject({
  protocol: z.string().max(8),
  address: z.string().max(64),
  port: z.number().int().min(0).max(65_535),
});

const dialogSchema: z.ZodType<DialogRecord> = z.strictObject({
  callId: text,
  localUri: uri,
  localTag: text,
  remoteUri: uri,
  remoteTag: text,
  localSequence: z.number().int().min(0).max(0xffff_ffff),
  remoteTarget: uri,
  routeSet: z.array(uri).max(32),
  direct: z.boolean(),
  source,
});

/** How a room is called again. */
const redialSchema = z.strictObject({
  /** SIP URI, or `h323:ALIAS@HOST:PORT`. */
  uri,
  /** The hop to hand the INVITE to, where the URI does not lead there. */
  proxy: uri.optional(),
  lateOffer: z.boolean(),
  /** Address of record (`user@host`) or alias, and address of its packets: who it is, should it call by itself. */
  remote: z.strictObject({ uri, address: z.string().max(64) }),
});
/** How a room is called again. */
export type Redial = z.infer<typeof redialSchema>;

const callSchema = z.strictObject({
  kind: z.literal('call'),
  id: text,
  class: classCodeSchema,
  /** Of a SIP call. An H.323 call went with its connection: there is nothing to be ended. */
  dialog: dialogSchema.optional(),
  /** Absent where nobody is to be called again: `why` tells. */
  redial: redialSchema.optional(),
  why: z.enum(['anonymous', 'one-way', 'password', 'no-address']).optional(),
});
/** A call that stands. */
export type CallRecord = z.infer<typeof callSchema>;

const recallSchema = z.strictObject({
  kind: z.literal('recall'),
  id: text,
  class: classCodeSchema,
  redial: redialSchema,
  /** How often it was tried, over all processes. */
  tries: z.number().int().min(0).max(100),
});
/** A room that is to be called again: its old dialog is ended. */
export type RecallRecord = z.infer<typeof recallSchema>;

const processSchema = z.strictObject({
  kind: z.literal('process'),
  id: text,
  pid: z.number().int().min(2),
  /** As /proc tells it: no other process of this id has the same. */
  startedAt: text,
  role: z.enum(['supervisor', 'gateway', 'engine', 'sfu']),
});
/** A process of the service. */
export type ProcessRecord = z.infer<typeof processSchema>;

const bindingSchema: z.ZodType<Binding> = z
  .strictObject({
    uri,
    key: text,
    q: z.number().min(0).max(1),
    instance: text.optional(),
    flow: z.number().int().optional(),
    expires: z.number().int().min(0),
    /** ms since the epoch. */
    expiresAt: z.number(),
    callId: text,
    sequence: z.number().int().min(0),
    arrival: source,
  })
  .transform((read) => ({ ...read, instance: read.instance, flow: read.flow }));

/** The contacts of a user that has registered. */
const bindingsSchema = z.strictObject({
  kind: z.literal('bindings'),
  /** The user. */
  id: text,
  /** The latest last. */
  bindings: z.array(bindingSchema).max(10),
});
const recordSchema = z.discriminatedUnion('kind', [callSchema, recallSchema, processSchema, bindingsSchema]);
/** One thing that a successor must know, by kind and id. */
export type JournalRecord = z.infer<typeof recordSchema>;
/** What a record is of. */
export type RecordKind = JournalRecord['kind'];

/** A line of the journal: what holds from now on, or what holds no more. */
export const lineSchema = z.union([
  recordSchema,
  z.strictObject({ gone: z.enum(['call', 'recall', 'process', 'bindings']), id: text }),
]);
/** What one line of the file holds: `lineSchema`. */
export type JournalLine = z.infer<typeof lineSchema>;
