import type { Admission, CallToAdmit } from './admission.ts';

/** Calls of one kind are for `first`, all others for `second`; the end of a call is told to both, of which one knows it. */
export function combinedAdmission(
  first: Admission,
  isForFirst: (call: CallToAdmit) => boolean,
  second: Admission,
): Admission {
  return {
    admit: (call) => (isForFirst(call) ? first : second).admit(call),
    release: (call) => {
      first.release(call);
      second.release(call);
    },
  };
}
