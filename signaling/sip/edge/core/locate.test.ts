import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CommandRefused } from './application.ts';
import { type LocateOptions, locate } from './locate.ts';
import { orderServices, type ServiceRecord } from './service-order.ts';

const record = (target: string, priority: number, weight: number, port = 5060): ServiceRecord => ({
  target,
  port,
  priority,
  weight,
});

describe('orderServices (RFC 2782)', () => {
  it('goes by priority, then by the draw among weights', () => {
    const records = [record('c', 20, 0), record('a', 10, 10), record('b', 10, 90), record('z', 10, 0)];
    const names = (...draws: number[]) => orderServices(records, () => draws.shift() ?? 0).map(({ target }) => target);
    assert.deepEqual(names(0, 0, 0), ['z', 'a', 'b', 'c'], 'a draw of 0 meets weight 0');
    assert.deepEqual(names(0.999, 0, 0), ['b', 'z', 'a', 'c']);
    assert.deepEqual(names(0.05, 0.5, 0), ['a', 'b', 'z', 'c']);
  });

  it('draws in proportion to the weights', () => {
    let state = 1;
    const random = () => {
      state = (state * 16_807) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const records = [record('a', 1, 1), record('b', 1, 3)];
    const first = Array.from({ length: 4_000 }, () => orderServices(records, random)[0]?.target);
    const share = first.filter((target) => target === 'b').length / first.length;
    assert.ok(share > 0.55 && share < 0.8, `${share}`);
  });

  it('keeps every record, sorted by priority', () => {
    const any = fc.record({ target: fc.string(), port: fc.nat(), priority: fc.nat(5), weight: fc.nat(65_535) });
    fc.assert(
      fc.property(
        fc.array(any, { maxLength: 12 }),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999 })),
        (all, draws) => {
          const order = orderServices(all, () => Number(draws.next().value));
          assert.deepEqual(new Set(order), new Set(all));
          assert.equal(order.length, all.length);
          for (const [index, { priority }] of order.entries()) assert.ok(priority >= (order[index - 1]?.priority ?? 0));
        },
      ),
    );
  });
});

/** A network in which `a` and `b` have an address each, `dual` has two, and example.com has SRV records. */
function network(changes: Partial<LocateOptions> = {}, services: Record<string, readonly ServiceRecord[]> = {}) {
  const asked: string[] = [];
  const hosts: Record<string, string[]> = {
    a: ['192.0.2.1'],
    b: ['192.0.2.2'],
    dual: ['2001:db8::3', '192.0.2.3'],
    'example.com': ['192.0.2.9'],
  };
  const options: LocateOptions = {
    supports: () => true,
    random: () => 0,
    resolver: {
      addresses: async (host) => hosts[host] ?? Promise.reject(new Error('ENOTFOUND')),
      services: async (name) => {
        asked.push(name);
        return services[name] ?? Promise.reject(new Error('ENODATA'));
      },
    },
    ...changes,
  };
  const find = async (uri: string) =>
    (await locate(uri, options)).map(({ protocol, remote }) => `${protocol} ${remote.address} ${remote.port}`);
  return { find, asked };
}

const SERVICES = {
  '_sip._udp.example.com': [record('b', 20, 0, 5070), record('a', 10, 0, 5080)],
  '_sip._tcp.example.com': [record('dual', 10, 0, 5090)],
};

describe('locate (RFC 3263 §4)', () => {
  it('asks for no SRV where a port or an address is given', async () => {
    const { find, asked } = network({}, SERVICES);
    assert.deepEqual(await find('sip:x@example.com:5062'), ['udp 192.0.2.9 5062']);
    assert.deepEqual(await find('sip:x@192.0.2.7'), ['udp 192.0.2.7 5060']);
    assert.deepEqual(await find('sip:x@[2001:db8::7];transport=tcp'), ['tcp 2001:db8::7 5060']);
    assert.deepEqual(await find('sip:x@[::ffff:192.0.2.7]'), ['udp 192.0.2.7 5060']);
    assert.deepEqual(await find('sip:x@example.com;maddr=192.0.2.8'), ['udp 192.0.2.8 5060']);
    assert.deepEqual(asked, []);
  });

  it('follows SRV by priority, UDP before TCP, and all addresses of each target', async () => {
    const { find } = network({}, SERVICES);
    assert.deepEqual(await find('sip:x@example.com'), [
      'udp 192.0.2.1 5080',
      'udp 192.0.2.2 5070',
      'tcp 2001:db8::3 5090',
      'tcp 192.0.2.3 5090',
    ]);
    assert.deepEqual(await find('sip:x@example.com;transport=tcp'), ['tcp 2001:db8::3 5090', 'tcp 192.0.2.3 5090']);
  });

  it('takes the addresses of the name where it has no SRV', async () => {
    const { find, asked } = network();
    assert.deepEqual(await find('sip:x@dual'), ['udp 2001:db8::3 5060', 'udp 192.0.2.3 5060']);
    assert.deepEqual(asked, ['_sip._udp.dual', '_sip._tcp.dual']);
    assert.deepEqual(await find('a:5099'), ['udp 192.0.2.1 5099'], 'an outbound proxy without scheme');
  });

  it('leaves out what the edge does not speak', async () => {
    const ipv4Tcp = network(
      { supports: (protocol, address) => protocol === 'tcp' && !address.includes(':') },
      SERVICES,
    );
    assert.deepEqual(await ipv4Tcp.find('sip:x@example.com'), ['tcp 192.0.2.3 5090']);
    assert.deepEqual(await ipv4Tcp.find('sip:x@dual:5061'), ['tcp 192.0.2.3 5061']);
    await assert.rejects(ipv4Tcp.find('sip:x@[::1]'), CommandRefused);
  });

  it('says what is wrong', async () => {
    const { find } = network({}, { '_sip._udp.none': [record('.', 0, 0)] });
    await assert.rejects(find('sip:x@nowhere'), /unable to resolve host nowhere/);
    await assert.rejects(find('sip:x@none'), /unable to resolve host none/, 'decidedly no service');
    await assert.rejects(find('sips:x@a'), /requested protocol\/transport not available/);
    await assert.rejects(find('sip:x@a;transport=ws'), /requested protocol\/transport not available/);
    await assert.rejects(find('sip:'), /invalid request-uri/);
  });

  it('bounds what a name can make it try', async () => {
    const many = Array.from({ length: 60 }, (_, index) => record('dual', index, 0));
    const { find } = network({}, { '_sip._udp.many': many });
    assert.equal((await find('sip:x@many')).length, 8);
  });
});
