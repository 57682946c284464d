/** The two kinds of track. */
export type Kind = 'audio' | 'video';

/**
 * What is asked of the microphone: one channel, with the browser's echo cancellation, noise suppression and gain control.
 * @param deviceId undefined for the system's choice
 */
export function audioConstraints(deviceId: string | undefined): MediaTrackConstraints {
  return {
    ...(deviceId === undefined ? {} : { deviceId: { exact: deviceId } }),
    channelCount: { ideal: 1 },
    echoCancellation: { ideal: true },
    noiseSuppression: { ideal: true },
    autoGainControl: { ideal: true },
  };
}

/** What is asked of the camera: 1280x720 at 25 frames/s, or the nearest that it has. */
export function videoConstraints(deviceId: string | undefined): MediaTrackConstraints {
  return {
    ...(deviceId === undefined ? {} : { deviceId: { exact: deviceId } }),
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 25 },
  };
}
