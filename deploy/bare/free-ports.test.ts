import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { freePorts } from './free-ports.ts';

test('runs of free ports do not overlap and leave out what is taken', async () => {
  const [first = 0] = await freePorts([4], () => 0);
  const taken = createSocket('udp4');
  taken.bind({ port: first + 1, address: '0.0.0.0', exclusive: true });
  await once(taken, 'listening');
  try {
    const [a = 0, b = 0] = await freePorts([4, 2], () => 0);
    assert.ok(a > first + 1, 'the run begins after the taken port');
    assert.ok(b >= a + 4, 'the second run begins after the first');
  } finally {
    taken.close();
  }
});

test('more ports than there are is an error', async () => {
  await assert.rejects(
    freePorts([1], () => 2.5),
    /no 1 neighbouring ports/,
  );
});
