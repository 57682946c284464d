import { after, before, test } from 'node:test';
import { CODE, LessonStage } from '../h323/asterisk-lesson.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { RunningService } from '../service/running-service.ts';

// An H.323 stack of strangers in one lesson with a SIP room and a browser, called and calling by address. By gatekeepers: see the
// suite h323-gatekeeper.

let service: RunningService;
let stage: LessonStage;

before(async () => {
  service = await RunningService.start();
  stage = await LessonStage.open();
});

after(async () => {
  await stage?.close();
  await service?.stop();
});

for (const fastStart of [true, false]) {
  for (const tunnelling of [true, false]) {
    const kind = `${fastStart ? 'fast' : 'slow'} start, H.245 ${tunnelling ? 'tunnelled' : 'on its own connection'}`;
    test(`Asterisk calls ${CODE} and is called: ${kind}`, { timeout: 120_000 }, async (t) => {
      const { room, service: host } = currentTestNetwork();
      const codec = fastStart === tunnelling ? 'alaw' : 'ulaw';
      await stage.speak({
        service,
        test: t,
        asterisk: { address: room.address, gateway: host.address, fastStart, tunnelling, codec },
        number: '100',
        to: `h323:602@${room.address}`,
      });
    });
  }
}
