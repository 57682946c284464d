import { useTexts } from '../language/language-context.tsx';
import type { LocalMedia } from '../media/local-media.ts';
import { useStore } from '../use-store.ts';

interface DeviceListProps {
  readonly label: string;
  readonly testId: string;
  readonly devices: readonly MediaDeviceInfo[];
  readonly chosen: string | undefined;
  readonly choose: (deviceId: string) => void;
}

function DeviceList({ label, testId, devices, chosen, choose }: DeviceListProps) {
  const texts = useTexts();
  return (
    <label class="field">
      <span>{label}</span>
      <select
        data-testid={testId}
        disabled={devices.length === 0}
        value={chosen}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {devices.length === 0 && <option>{texts.devices.none}</option>}
        {devices.map((device, index) => (
          <option key={device.deviceId} value={device.deviceId} selected={device.deviceId === chosen}>
            {device.label || texts.devices.unnamed(index + 1)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Microphone, camera and, where the browser can choose it, loudspeaker. */
export function DeviceChoice({ local }: { local: LocalMedia }) {
  const texts = useTexts();
  const { devices, speaker } = useStore(local.state);
  const of = (kind: MediaDeviceKind) => devices.filter((device) => device.kind === kind && device.deviceId !== '');
  const speakers = 'setSinkId' in HTMLMediaElement.prototype ? of('audiooutput') : [];
  return (
    <div class="device-choice">
      <DeviceList
        label={texts.devices.microphone}
        testId="choose-microphone"
        devices={of('audioinput')}
        chosen={local.chosen('audio')}
        choose={(deviceId) => void local.choose('audio', deviceId)}
      />
      <DeviceList
        label={texts.devices.camera}
        testId="choose-camera"
        devices={of('videoinput')}
        chosen={local.chosen('video')}
        choose={(deviceId) => void local.choose('video', deviceId)}
      />
      {speakers.length > 0 && (
        <DeviceList
          label={texts.devices.speaker}
          testId="choose-speaker"
          devices={speakers}
          chosen={speaker ?? speakers[0]?.deviceId}
          choose={(deviceId) => local.chooseSpeaker(deviceId)}
        />
      )}
    </div>
  );
}
