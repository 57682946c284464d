import { type Figure, percentile, tenths } from '../bench-run/figure.ts';
import { encodePictureLoop } from '../host/picture-loop.ts';
import { encodeBeepLoop } from '../host/sound-loop.ts';
import { ReturningRoom } from '../host-behaviours/returning-room.ts';
import { Props } from '../media/props.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { Chromium } from '../peers/chromium.ts';
import { RunningService } from '../service/running-service.ts';
import { loseGateway } from './gateway-loss.ts';

const LOSSES = 20;
const CODE = '1001';
const CAMERA = { width: 640, height: 360, frameRate: 25, bitRate: 500_000, frames: 100 };
const ROOMS = [1, 2] as const;
/** ms in which the rooms must see each other at the start. */
const PATIENCE = 10_000;

/** Kills the gateway of a lesson of two rooms and a browser 20 times. */
export async function measureGatewayLoss(progress: (line: string) => void): Promise<Figure[]> {
  const props = await Props.open();
  const camera = await props.make('camera', [40, 160, 60], 880);
  const sound = await encodeBeepLoop('opus', 400);
  const service = await RunningService.start();
  const chromium = await Chromium.start({ picture: camera.camera, sound: camera.sound });
  const rooms: ReturningRoom[] = [];
  try {
    for (const number of ROOMS) {
      const picture = await encodePictureLoop({ ...CAMERA, host: number });
      const room = await ReturningRoom.open({ number, picture, sound, address: currentTestNetwork().room.address });
      rooms.push(room);
      await room.dial(service.sipUri(CODE));
    }
    await Promise.all(rooms.map((room) => room.sees(ROOMS, PATIENCE)));
    const page = await chromium.join(service.pageUrl(CODE), 'Teacher');
    await page.picture();
    const back = await loseGateway({ service, rooms, page }, LOSSES, progress);
    const time = (share: number) => tenths(percentile(back, share));
    return [
      { name: 'gateway_back_p95_ms', value: time(0.95), unit: 'ms', target: null },
      { name: 'gateway_back_p50_ms', value: time(0.5), unit: 'ms', target: null },
      { name: 'gateway_losses', value: back.length, unit: '', target: null },
    ];
  } finally {
    await Promise.all(rooms.map((room) => room.close()));
    await chromium.stop();
    await service.stop();
    await props.remove();
  }
}
