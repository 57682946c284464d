/** Why there is no microphone or no camera. */
export const DEVICE_PROBLEMS = ['denied', 'missing', 'busy', 'insecure', 'lost', 'failed'] as const;
/** One of `DEVICE_PROBLEMS`. */
export type DeviceProblem = (typeof DEVICE_PROBLEMS)[number];

/** Reads the `name` of the DOMException with which getUserMedia failed (W3C Media Capture and Streams §10.2). */
export function deviceProblem(errorName: string): DeviceProblem {
  switch (errorName) {
    case 'NotAllowedError':
      return 'denied';
    case 'SecurityError':
      return 'insecure';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'failed';
  }
}
