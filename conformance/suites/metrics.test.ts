import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { processTime } from '../bench-run/process-time.ts';
import { HostSignalling } from '../host/host-signalling.ts';
import { encodePictureLoop } from '../host/picture-loop.ts';
import { SimulatedHost } from '../host/simulated-host.ts';
import { encodeBeepLoop } from '../host/sound-loop.ts';
import { changeSource } from '../host-behaviours/change-source.ts';
import { fallSilent } from '../host-behaviours/silence.ts';
import { Props } from '../media/props.ts';
import { until } from '../media/until.ts';
import { currentTestNetwork } from '../network/test-network.ts';
import { Chromium, type LessonPage } from '../peers/chromium.ts';
import { Exposition } from '../prometheus/exposition.ts';
import { namedMetrics } from '../prometheus/expression.ts';
import { promtool } from '../prometheus/promtool.ts';
import { RunningService } from '../service/running-service.ts';

// What the service tells operators, held against what two simulated rooms measure themselves while they are in a lesson with
// each other and a browser; and against the alert rules, the dashboard and the document that name it.

const CODE = '1001';
const CAMERA = { width: 640, height: 360, frameRate: 25, bitRate: 500_000, frames: 100 };
const SIP = { protocol: 'sip' } as const;
const VIDEO = { ...SIP, media: 'video' } as const;
/** ms in which what happened is in the figures: two reports of the engine, on a busy machine. */
const REPORTED = 3000;

/** The dashboard's variable, in Grafana's spelling. */
const DATA_SOURCE = `\${datasource}`;

const project = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const props = await Props.open();
let service: RunningService;
let signalling: HostSignalling;
let chromium: Chromium;
let page: LessonPage;
let hosts: SimulatedHost[] = [];
let picturesSent = 0;

before(async () => {
  const blue = await props.make('blue', [40, 80, 200], 1130);
  service = await RunningService.start();
  signalling = await HostSignalling.open(currentTestNetwork().room.address);
  chromium = await Chromium.start({ picture: blue.camera, sound: blue.sound });
  for (const [index, frequency] of [400, 900].entries()) {
    const host = await SimulatedHost.open({
      signalling,
      name: `Room ${index + 1}`,
      pictures: [await encodePictureLoop({ ...CAMERA, host: index + 1 })],
      sounds: [await encodeBeepLoop('opus', frequency)],
    });
    hosts.push(host);
    host.media.on('sent', () => {
      picturesSent += 1;
    });
    await host.dial(service.sipUri(CODE));
  }
  page = await chromium.join(service.pageUrl(CODE), 'Teacher');
  // Sender reports of all have come, and some seconds of figures.
  await sleep(8000);
});

after(async () => {
  await page?.page.context().close();
  await Promise.all(hosts.map((host) => host.hangUp()));
  hosts = [];
  await chromium?.stop();
  await signalling?.close();
  await service?.stop();
  await props.remove();
});

async function scrape(): Promise<Exposition> {
  return new Exposition(await service.metrics());
}

/** Sums over both hosts of what they sent and received. */
function measured() {
  const sum = (read: (host: SimulatedHost) => number) => hosts.reduce((all, host) => all + read(host), 0);
  return {
    sent: sum(({ media }) => media.streams.video.sent.bytes),
    received: sum(({ media }) => media.received.video.bytes),
    packetsSent: sum(({ media }) => media.streams.video.sent.packets),
    lost: sum(({ media }) => media.received.video.lost),
    soundSent: sum(({ media }) => media.streams.audio.sent.packets),
    picturesSent,
  };
}

/** Both bounds included. */
function lies(name: string, value: number | undefined, least: number, most: number): void {
  assert.ok(value !== undefined && value >= least && value <= most, `${name}: ${value} in ${least} to ${most}`);
}

test('promtool finds nothing wrong with the metrics of a lesson', async () => {
  const { succeeded, output } = promtool(['check', 'metrics'], await service.metrics());
  assert.ok(succeeded && output.trim() === '', output);
});

test('octets, packets and pictures are those that the rooms count', async () => {
  const first = measured();
  await sleep(REPORTED);
  const told = await scrape();
  const last = measured();
  const bytes = (direction: string) => told.sum('classbridge_rtp_payload_bytes_total', { ...VIDEO, direction });
  lies('received from rooms', bytes('in'), first.sent, last.sent);
  lies('sent to rooms', bytes('out'), first.received, last.received + 20_000);
  const sound = { protocol: 'sip', media: 'audio', direction: 'in' };
  lies('sound', told.sum('classbridge_rtp_packets_total', sound), first.soundSent, last.soundSent);
  const [before, begun] = [picturesSent, performance.now()];
  await sleep(5000);
  const again = await scrape();
  const [sent, seconds] = [picturesSent - before, (performance.now() - begun) / 1000];
  const grown =
    again.sum('classbridge_pictures_decoded_total', SIP) - told.sum('classbridge_pictures_decoded_total', SIP);
  // Reports come once a second.
  lies('pictures of both rooms', grown, sent * 0.7, sent * 1.3);
  const rate = again.meanSince(told, 'classbridge_leg_frames_per_second', SIP);
  lies('pictures a second of a room', rate, (sent / seconds / 2) * 0.6, (sent / seconds / 2) * 1.5);
  assert.ok(again.sum('classbridge_pictures_decoded_total', { protocol: 'webrtc' }) > 20, 'the browser’s, too');
});

test('calls, joins and lessons', async () => {
  const told = await scrape();
  const value = (name: string, labels: Record<string, string> = {}) => told.sum(`classbridge_${name}`, labels);
  assert.equal(value('healthy'), 1);
  assert.equal(value('lessons'), 1);
  assert.equal(value('lessons_started_total'), 1);
  assert.equal(value('calls', { protocol: 'sip', state: 'up' }), 2);
  assert.equal(value('calls', { protocol: 'webrtc', state: 'up' }), 1);
  assert.equal(value('joins_total', { protocol: 'sip', direction: 'inbound' }), 2);
  assert.equal(value('join_seconds_count', { protocol: 'sip', direction: 'inbound' }), 2);
  assert.equal(value('join_seconds_count', { protocol: 'webrtc' }), 1);
  lies('time to join', told.mean('classbridge_join_seconds', { protocol: 'sip' }), 0, 3);
  // Two rooms and a browser with two pairs each, and the mix for browsers.
  assert.equal(value('media_port_pairs', { state: 'used' }), 7);
});

test('bit rates against what is wanted', async () => {
  const told = await scrape();
  assert.equal(8 * told.sum('classbridge_video_wanted_bytes_per_second', { ...SIP, direction: 'in' }), 2 * 2_000_000);
  const wanted = 8 * told.sum('classbridge_video_wanted_bytes_per_second', { ...SIP, direction: 'out' });
  lies('encodings for rooms, bit/s', wanted, 2 * 500_000, 2 * 2_000_000);
  // What the service makes of a span is held against what the rooms sent in it: on a busy machine both are less.
  const [begun, first] = [performance.now(), measured()];
  await sleep(5000);
  const later = await scrape();
  const sent = (8 * (measured().sent - first.sent)) / ((performance.now() - begun) / 1000) / hosts.length;
  const incoming = { ...SIP, direction: 'in' };
  const share = later.meanSince(told, 'classbridge_leg_video_bit_rate_ratio', incoming);
  // A report a second: some of the span is in the one before or the one after.
  lies('share of what rooms may send', share, (0.5 * sent) / 2_000_000, (2 * sent) / 2_000_000);
});

test('loss is that which there was', async () => {
  const out = { ...VIDEO, direction: 'out' };
  const told = await until('each room has told of its line', 20_000, async () => {
    const now = await scrape();
    const seen = (direction: string) => now.sum('classbridge_leg_loss_ratio_count', { ...VIDEO, direction });
    return Math.min(seen('in'), seen('out')) >= 10 ? now : undefined;
  });
  const { lost, packetsSent } = measured();
  const count = (name: string, direction: string) => told.sum(`classbridge_${name}`, { ...VIDEO, direction });
  const lostIn = count('rtp_packets_lost_total', 'in');
  lies('lost on the way to us', lostIn, 0, packetsSent - count('rtp_packets_total', 'in'));
  lies('lost on the way to rooms', count('rtp_packets_lost_total', 'out'), 0, lost);
  const lossy = (direction: string) =>
    count('leg_loss_ratio_count', direction) - told.countUpTo('classbridge_leg_loss_ratio', 0, { ...VIDEO, direction });
  lies('seconds with loss on the way to us', lossy('in'), 0, lostIn);
  if (lost === 0) {
    assert.equal(told.mean('classbridge_leg_loss_ratio', out), 0, 'no room has seen loss');
  }
});

test('delay and skew of a good line', async () => {
  /** Waits for as many entries that such a line has; other work on the machine makes others longer. */
  const seen = (name: string, bound: number, entries: number, labels: Record<string, string>) =>
    until(`${entries} entries of ${name} up to ${bound}`, 30_000, async () => {
      const now = await scrape();
      return now.countUpTo(`classbridge_${name}`, bound, labels) >= entries ? now : undefined;
    });
  const browser = { protocol: 'webrtc' };
  await seen('leg_round_trip_seconds', 0.2, 5, VIDEO);
  await seen('mix_delay_seconds', 0.3, 100, SIP);
  await seen('mix_delay_seconds', 0.3, 100, browser);
  await seen('av_skew_seconds', 0.2, 5, SIP);
  await seen('leg_audio_concealed_ratio', 0.1, 5, SIP);
  const told = await seen('playout_buffer_seconds', 0.4, 5, SIP);
  const mean = (name: string, labels: Record<string, string>) => told.mean(`classbridge_${name}`, labels) ?? 0;
  assert.ok(mean('leg_round_trip_seconds', VIDEO) > 0);
  // The engine's pictures are 40 ms apart, and a playout buffer holds a packet.
  assert.ok(mean('mix_delay_seconds', SIP) > 0.005 && mean('mix_delay_seconds', browser) > 0.005);
  assert.ok(mean('playout_buffer_seconds', SIP) > 0.005);
});

test('what the processes take', async () => {
  const before = await scrape();
  await sleep(1000);
  const told = await scrape();
  for (const name of ['gateway', 'engine', 'sfu']) {
    const labels = { process: name };
    assert.ok(told.sum('classbridge_process_resident_memory_bytes', labels) > 5e6, `memory of ${name}`);
    assert.ok(told.sum('classbridge_process_open_fds', labels) > 3, `files of ${name}`);
    const cpu = (scraped: Exposition) => scraped.sum('classbridge_process_cpu_seconds_total', labels);
    assert.ok(cpu(told) >= cpu(before) && cpu(told) > 0, `processor time of ${name}`);
  }
  assert.ok(told.sum('classbridge_process_cpu_seconds_total', { process: 'engine' }) > 1, 'the engine works');
  assert.ok(told.sum('classbridge_mix_time_seconds_count') > 100);
  for (const thread of ['gateway', 'engine-io', 'engine-picture']) {
    const delay = told.sum('classbridge_event_loop_delay_seconds', { thread });
    assert.ok(delay > 0 && delay < 1, `${thread}: ${delay}`);
  }
});

test('a room that stops for a second has frozen once; its key frames are waited for', async () => {
  const [room] = hosts;
  assert.ok(room);
  const before = await scrape();
  fallSilent(room, 'rtp');
  await sleep(1000);
  fallSilent(room, 'nothing');
  const grown = (name: string, labels: Record<string, string>) => async () => {
    const now = await scrape();
    const by = now.sum(name, labels) - before.sum(name, labels);
    return by > 0 ? by : undefined;
  };
  await until('the freeze is counted', 5000, grown('classbridge_freezes_total', { protocol: 'sip' }));
  changeSource(room);
  await until('asked', 5000, grown('classbridge_key_frames_asked_total', { protocol: 'sip' }));
  await until('come', 5000, grown('classbridge_key_frame_wait_seconds_count', { protocol: 'sip' }));
  const told = await scrape();
  lies('wait for key frames', told.mean('classbridge_key_frame_wait_seconds', { protocol: 'sip' }), 0, 2);
});

/** The engine that is at work: another one stands by. */
function busiestEngine(): number {
  const { namespace } = currentTestNetwork().service;
  const ids = execFileSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8' }).trim().split('\n').map(Number);
  const engines = ids.filter((id) => readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('mcu/engine/main.ts'));
  const [busiest] = engines.toSorted((a, b) => processTime(b) - processTime(a));
  assert.ok(busiest);
  return busiest;
}

test('a restarted engine is counted, and no counter falls by it', async () => {
  const before = await scrape();
  process.kill(busiestEngine(), 'SIGKILL');
  const restarts = { process: 'engine' };
  await until('the restart is counted', 10_000, async () =>
    (await scrape()).sum('classbridge_process_restarts_total', restarts) > 0 ? true : undefined,
  );
  await sleep(REPORTED);
  const after = await scrape();
  const counters = after.declarations.filter(({ type }) => type === 'counter').map(({ name }) => name);
  for (const name of counters.filter((candidate) => !candidate.startsWith('classbridge_process_cpu'))) {
    assert.ok(after.sum(name) >= before.sum(name), `${name} fell from ${before.sum(name)} to ${after.sum(name)}`);
  }
  assert.ok(after.sum('classbridge_rtp_packets_total') > before.sum('classbridge_rtp_packets_total'));
});

test('the alert rules are valid and pass their tests', () => {
  const rules = project('deploy/prometheus/classbridge.rules.yml');
  const check = promtool(['check', 'rules', rules]);
  assert.ok(check.succeeded, check.output);
  const tests = promtool(['test', 'rules', project('deploy/prometheus/classbridge.rules.test.yml')]);
  assert.ok(tests.succeeded, tests.output);
});

/** Every metric and label that an expression names is there. */
function holdsTogether(told: Exposition, where: string, expression: string): void {
  for (const { name, labels } of namedMetrics(expression)) {
    assert.ok(
      told.declarations.some((metric) => metric.name === name),
      `${where} names ${name}, which is not there`,
    );
    const samples = told.samples.filter((sample) => sample.name.startsWith(name));
    for (const [label, value] of samples.length === 0 ? [] : labels) {
      assert.ok(
        label === 'instance' ||
          samples.some(
            (sample) => sample.labels.has(label) && (value ?? sample.labels.get(label)) === sample.labels.get(label),
          ),
        `${where}: ${name} has no ${label}="${value ?? '…'}"`,
      );
    }
  }
}

test('the alert rules and the dashboard name what is there', async () => {
  const told = await scrape();
  const rules = readFileSync(project('deploy/prometheus/classbridge.rules.yml'), 'utf8');
  const expressions = [...rules.matchAll(/expr: (?:>-\n((?: {10}.*\n)+)|(.*)\n)/g)].map(
    ([, folded, plain]) => folded ?? plain ?? '',
  );
  assert.equal(expressions.length, [...rules.matchAll(/- alert:/g)].length);
  for (const expression of expressions) {
    assert.ok(namedMetrics(expression).length > 0, expression);
    holdsTogether(told, 'a rule', expression);
  }
  const target = z.object({ expr: z.string().min(1), datasource: z.object({ uid: z.literal(DATA_SOURCE) }) });
  const panel = z.object({
    id: z.number(),
    type: z.enum(['timeseries', 'stat', 'row']),
    title: z.string().min(1),
    gridPos: z.object({ x: z.number(), y: z.number(), w: z.number().max(24), h: z.number() }),
    description: z.string().optional(),
    fieldConfig: z.object({ defaults: z.object({ unit: z.string().min(1) }) }).optional(),
    targets: z.array(target).optional(),
  });
  const dashboard = z
    .object({
      title: z.string(),
      schemaVersion: z.number().min(39),
      templating: z.object({ list: z.array(z.object({ name: z.string(), type: z.string() })) }),
      panels: z.array(panel).min(10),
    })
    .parse(JSON.parse(readFileSync(project('deploy/grafana/classbridge.json'), 'utf8')));
  assert.ok(dashboard.templating.list.some(({ name, type }) => name === 'datasource' && type === 'datasource'));
  assert.equal(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length);
  const cells = new Set<string>();
  for (const { type, title, gridPos, fieldConfig, description, targets = [] } of dashboard.panels) {
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        assert.ok(x < 24 && !cells.has(`${x} ${y}`), `${title} lies over another panel`);
        cells.add(`${x} ${y}`);
      }
    }
    if (type !== 'row') {
      assert.ok(fieldConfig !== undefined && description !== undefined && targets.length > 0, title);
    }
    for (const { expr } of targets) {
      holdsTogether(told, title, expr);
    }
  }
});

test('the table of the document is that of the service', async () => {
  const { declarations } = await scrape();
  const table = declarations
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, type, help }) => `| \`${name}\` | ${type} | ${help} |`)
    .join('\n');
  const document = readFileSync(project('docs/operating.md'), 'utf8');
  const [, written] = /<!-- metrics -->\n\n\| .*\n\|[-|]+\n([\s\S]*?)\n\n<!-- \/metrics -->/.exec(document) ?? [];
  assert.equal(written, table, `docs/operating.md should have this table:\n${table}`);
});
