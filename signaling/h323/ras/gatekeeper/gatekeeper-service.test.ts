import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { test } from 'node:test';
import { pino } from 'pino';
import { until } from '../../application/example-application.ts';
import { exampleGatekeeper } from '../example-services.ts';
import { writeRas } from '../message.ts';

test('refused strangers fill no log', async () => {
  const lines: string[] = [];
  let refused = 0;
  const gatekeeper = exampleGatekeeper({
    log: pino({ level: 'info' }, { write: (line: string) => lines.push(line) }),
    event: ({ type }) => {
      refused += type === 'refused' ? 1 : 0;
    },
  });
  await gatekeeper.start();
  const stranger = createSocket('udp4');
  try {
    for (let requestSeqNum = 1; requestSeqNum <= 20; requestSeqNum++) {
      const request = writeRas({
        type: 'registrationRequest',
        value: {
          requestSeqNum,
          protocolIdentifier: '0.0.8.2250.0.4',
          discoveryComplete: false,
          callSignalAddress: [],
          rasAddress: [],
          terminalType: { mc: false, undefinedNode: false },
          endpointVendor: { vendor: { t35CountryCode: 9, t35Extension: 0, manufacturerCode: 61 } },
          keepAlive: true,
          endpointIdentifier: 'nobody',
        },
      });
      stranger.send(request, gatekeeper.address.port, '127.0.0.1');
    }
    await until('all are refused', () => refused === 20);
    assert.equal(lines.filter((line) => line.includes('ras-refused')).length, 6);
  } finally {
    stranger.close();
    await gatekeeper.close();
  }
});
