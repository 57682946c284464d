import { z } from 'zod';
import { key } from './key.ts';

/** `admission`: who is let in as long as the machine carries him. */
export const admissionSchema = z.strictObject({
  enabled: key(
    z.union([z.boolean(), z.stringbool()]).default(true),
    'CLASSBRIDGE_ADMISSION_ENABLED',
    'Whether calls are refused that the machine would not carry without harm to those that stand.',
  ),
  maximumLoad: key(
    z.coerce.number().min(0.01).max(1).default(0.8),
    'CLASSBRIDGE_ADMISSION_MAXIMUM_LOAD',
    'Share of the time of a picture, and of the processors, that may be in use; a lesson of two is always let in.',
  ),
});
