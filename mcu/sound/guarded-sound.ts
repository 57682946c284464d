import type { SoundParty } from './sound-mixer.ts';

/** A party whose faults are told to `onFault` and cost the mix only its sound. */
export function guardedSound(party: SoundParty | undefined, onFault: (error: unknown) => void): SoundParty | undefined {
  if (party === undefined) {
    return undefined;
  }
  const { pull, listen } = party;
  return {
    ...party,
    pull:
      pull &&
      ((count, now) => {
        try {
          return pull(count, now);
        } catch (error) {
          onFault(error);
          return new Float32Array(count);
        }
      }),
    listen: listen && {
      ...listen,
      deliver: (payload, now) => {
        try {
          listen.deliver(payload, now);
        } catch (error) {
          onFault(error);
        }
      },
    },
  };
}
