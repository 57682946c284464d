import { asnModule } from '../asn1/codec.ts';
import { PerError } from '../asn1/per-error.ts';
import type { Value } from '../asn1/value.ts';
import { h450Types } from './tables.ts';

/** A value of a type of H.450.1 by its name. */
export type H450<N extends keyof typeof h450Types> = Value<typeof h450Types, (typeof h450Types)[N]>;

/** Reads and writes what H.450 puts into messages of call signalling. */
export const h450 = asnModule(h450Types);

/** What is to be done about services of H.450 that were asked for. */
export interface SupplementaryAnswer {
  /** Encoded H4501SupplementaryService, to be sent back. */
  readonly answers: readonly Uint8Array[];
  /** They want the call to end where we do not know a service. */
  readonly clearsCall: boolean;
}

/** APDUs of one message that are looked at, and invocations that are answered: no service needs more. */
const MOST_APDUS = 8;
const MOST_INVOCATIONS = 16;
/**
 * holdNotific and retrieveNotific (H.450.4 §6): a room tells that it put the call on hold, or took it back. Nothing is to be answered, and
 * what follows for the media is told by H.245.
 */
const NOTIFICATIONS: ReadonlySet<number> = new Set([101, 102]);
/** InvokeProblem of X.880. */
const UNRECOGNIZED_OPERATION = 1;

/**
 * Answers invocations of services: of hold we know what only tells of it, and others we have none (transfer, call waiting …). Each that we
 * do not know is rejected, passed over, or ends the call, as whoever invokes it wishes (H.450.1 §6.6, §8: interpretation APDU). What
 * cannot be read is passed over.
 */
export function answerSupplementaryServices(apdus: readonly Uint8Array[]): SupplementaryAnswer {
  const read = apdus.slice(0, MOST_APDUS).flatMap(decode);
  const invoking = read.filter((apdu) => unknownInvocations(apdu).length > 0);
  const clearsCall = invoking.some(
    ({ interpretationApdu }) => interpretationApdu?.type === 'clearCallIfAnyInvokePduNotRecognized',
  );
  const rejected = invoking
    .filter(({ interpretationApdu }) => rejects(interpretationApdu))
    .flatMap(unknownInvocations)
    .slice(0, MOST_INVOCATIONS);
  return { answers: clearsCall || rejected.length === 0 ? [] : [reject(rejected)], clearsCall };
}

/** Without a wish, an invocation is rejected (H.450.1 §6.6). */
function rejects(interpretation: H450<'InterpretationApdu'> | undefined): boolean {
  return interpretation === undefined || interpretation.type === 'rejectAnyUnrecognizedInvokePdu';
}

/** Numbers of the invocations of services that we do not have. */
function unknownInvocations({ serviceApdu }: H450<'H4501SupplementaryService'>): number[] {
  return serviceApdu.type === 'rosApdus'
    ? serviceApdu.value.flatMap((ros) =>
        ros.type === 'invoke' && !isNotification(ros.value.opcode) ? [ros.value.invokeId] : [],
      )
    : [];
}

function isNotification(opcode: H450<'Code'>): boolean {
  return opcode.type === 'local' && NOTIFICATIONS.has(opcode.value);
}

function reject(invokeIds: readonly number[]): Uint8Array {
  return h450.encode('H4501SupplementaryService', {
    serviceApdu: {
      type: 'rosApdus',
      value: invokeIds.map((invokeId) => ({
        type: 'reject' as const,
        value: { invokeId, problem: { type: 'invoke' as const, value: UNRECOGNIZED_OPERATION } },
      })),
    },
  });
}

function decode(octets: Uint8Array): H450<'H4501SupplementaryService'>[] {
  try {
    return [h450.decode('H4501SupplementaryService', octets)];
  } catch (error) {
    if (error instanceof PerError) {
      return [];
    }
    throw error;
  }
}
