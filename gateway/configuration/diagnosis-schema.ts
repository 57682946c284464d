import { z } from 'zod';
import { readHepTarget } from '../diagnosis/hep-target.ts';
import { key } from './key.ts';

/** `diagnosis`: what is kept of calls for operators. */
export const diagnosisSchema = z.strictObject({
  keepTime: key(
    z.coerce.number().int().min(0).max(604_800).default(3600),
    'CLASSBRIDGE_DIAGNOSIS_KEEP_TIME',
    'How long the trace of a call is kept after its end; 0 keeps none at all.',
    's',
  ),
  callSize: key(
    z.coerce.number().int().min(32).max(16_384).default(512),
    'CLASSBRIDGE_DIAGNOSIS_CALL_SIZE',
    'Memory for the trace of one call; its beginning and its latest part are kept.',
    'KiB',
  ),
  totalSize: key(
    z.coerce.number().int().min(1).max(4096).default(64),
    'CLASSBRIDGE_DIAGNOSIS_TOTAL_SIZE',
    'Memory for all traces; the oldest go first.',
    'MiB',
  ),
  hep: key(
    z
      .string()
      .refine((value) => readHepTarget(value) !== undefined, 'must be host:port:id')
      .optional(),
    'CLASSBRIDGE_DIAGNOSIS_HEP',
    'A capture server (Homer) that is sent each SIP message by HEP version 3 over UDP, secrets masked: host:port:id.',
  ),
});
