import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { createEdge } from '#signaling/sip/edge/edge.ts';
import { addEdgeMetrics } from './edge-metrics.ts';

test('the metrics tell what the SIP edge counts, anew at each reading', async () => {
  const quiet = () => {};
  const edge = createEdge({
    listen: [{ protocol: 'udp', address: '127.0.0.1', port: 0 }],
    control: { address: '127.0.0.1', port: 0, secret: 's' },
    log: { debug: quiet, info: quiet, warn: quiet, error: (_facts, text) => assert.fail(text) },
  });
  const { hostports } = await edge.start();
  const registry = new Registry();
  addEdgeMetrics({ registry, figures: () => edge.figures() });
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  try {
    const port = Number(hostports[0]?.split(':').at(-1));
    socket.send('no SIP at all', port, '127.0.0.1');
    const via = `Via: SIP/2.0/UDP 127.0.0.1:${socket.address().port};branch=z9hG4bK1`;
    const parties = 'From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: 1\r\nCSeq: 1 INVITE';
    socket.send(`INVITE sip:c@d SIP/2.0\r\n${via}\r\n${parties}\r\n\r\n`, port, '127.0.0.1');
    let text = '';
    for (let received = 0; received < 2; received += 1) await once(socket, 'message');
    for (let reading = 0; reading < 2; reading += 1) text = await registry.metrics();
    for (const line of [
      'classbridge_sip_messages_total{direction="in",transport="udp",method="INVITE",class="request"} 1',
      'classbridge_sip_messages_total{direction="out",transport="udp",method="INVITE",class="1xx"} 1',
      'classbridge_sip_messages_total{direction="out",transport="udp",method="INVITE",class="5xx"} 1',
      'classbridge_sip_dropped_total{reason="unreadable"} 1',
      'classbridge_sip_transactions{side="server"} 1',
      'classbridge_sip_transactions{side="client"} 0',
      'classbridge_sip_dialogs 0',
      'classbridge_sip_pending_invites 0',
      'classbridge_sip_connections 0',
    ]) {
      assert.ok(text.includes(`${line}\n`) || text.endsWith(line), `${line} in\n${text}`);
    }
  } finally {
    socket.close();
    await edge.close();
  }
});
