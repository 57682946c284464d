import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayConnectTo } from './control-address.ts';

test('a room may take H.245 elsewhere, but not at our neighbours and nowhere', () => {
  const cases: [address: string, port: number, remote: string, may: boolean][] = [
    ['192.0.2.9', 2000, '192.0.2.9', true],
    ['198.51.100.1', 2000, '192.0.2.9', true],
    ['10.0.0.1', 2000, '192.0.2.9', true],
    ['2001:db8::1', 2000, '2001:db8::9', true],
    ['192.0.2.9', 0, '192.0.2.9', false],
    ['0.0.0.0', 2000, '192.0.2.9', false],
    ['::', 2000, '2001:db8::9', false],
    ['239.1.1.1', 2000, '192.0.2.9', false],
    ['255.255.255.255', 2000, '192.0.2.9', false],
    ['127.0.0.1', 2000, '192.0.2.9', false],
    ['::1', 2000, '192.0.2.9', false],
    ['::ffff:127.0.0.1', 2000, '192.0.2.9', false],
    ['169.254.169.254', 80, '192.0.2.9', false],
    ['127.0.0.1', 2000, '127.0.0.5', true],
    ['169.254.7.7', 2000, '169.254.1.1', true],
    ['fe80::1', 2000, 'fe80::9%eth0', true],
    ['fe80::1', 2000, '2001:db8::9', false],
    // Gone already.
    ['127.0.0.1', 2000, '', false],
  ];
  for (const [address, port, remote, may] of cases) {
    assert.equal(mayConnectTo({ address, port }, remote), may, `${address} from ${remote}`);
  }
});
