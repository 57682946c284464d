import type { Registry } from 'prom-client';
import type { LegFigures } from '#mcu/engine/protocol.ts';
import { PROTOCOLS } from '#signaling/call/call.ts';
import type { LegProgress } from './leg-progress.ts';
import type { LegRole } from './lesson-legs.ts';
import { MetricFamily } from './metric-family.ts';
import { ZeroPacketWatch } from './zero-packet-watch.ts';

const MEDIA = ['audio', 'video'] as const;
const DIRECTIONS = ['in', 'out'] as const;
const LOSS_BUCKETS = [0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
const JITTER_BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5];
const ROUND_TRIP_BUCKETS = [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2];
const RATE_BUCKETS = [0.1, 0.25, 0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2, 4];

/**
 * Metrics of the RTP streams of all legs. Rooms: the line between us and them. Browsers: the way between the engine and their media
 * server on this machine. A histogram has one entry for each leg and second, so that its quantiles are over all legs and times.
 */
export class StreamMetrics {
  readonly #askedBitRate: number;
  readonly #zero = new ZeroPacketWatch();
  readonly #packets;
  readonly #bytes;
  readonly #lost;
  readonly #loss;
  readonly #jitter;
  readonly #roundTrip;
  readonly #wanted;
  readonly #ratio;
  readonly #zeroPackets;

  /** `askedBitRate`: what rooms are asked to send at most of one picture (b=TIAS), bit/s. */
  constructor(registry: Registry, askedBitRate: number) {
    this.#askedBitRate = askedBitRate;
    const family = new MetricFamily(registry);
    const full = ['protocol', 'media', 'direction'] as const;
    this.#packets = family.counter('rtp_packets_total', 'RTP packets of legs, by protocol, media and direction.', full);
    this.#bytes = family.counter(
      'rtp_payload_bytes_total',
      'Bytes of RTP payload of legs, by protocol, media and direction. Times 8 it is the bit rate.',
      full,
    );
    this.#lost = family.counter(
      'rtp_packets_lost_total',
      'RTP packets that did not come: in as we see it, out as the far side reports it.',
      full,
    );
    this.#loss = family.histogram(
      'leg_loss_ratio',
      'Share of packets lost, 0 to 1, an entry for each stream and second; out as the far side last reported it. Above 0.02 pictures begin to suffer.',
      LOSS_BUCKETS,
      full,
    );
    this.#jitter = family.histogram(
      'leg_jitter_seconds',
      'Interarrival jitter of what comes (RFC 3550 section 6.4.1), an entry for each stream and second. The playout buffer follows it up to 0.4.',
      JITTER_BUCKETS,
      ['protocol', 'media'],
    );
    this.#roundTrip = family.histogram(
      'leg_round_trip_seconds',
      'Round trip by RTCP, an entry for each stream and second. Above 0.3 people talk into each other.',
      ROUND_TRIP_BUCKETS,
      ['protocol', 'media'],
    );
    this.#wanted = family.gauge(
      'video_wanted_bytes_per_second',
      'Rates of pictures that are wanted, summed over legs: in what rooms are asked to send at most, out what the encodings that are sent aim at. Compare with the rate of classbridge_rtp_payload_bytes_total.',
      ['protocol', 'direction'],
    );
    this.#ratio = family.histogram(
      'leg_video_bit_rate_ratio',
      'Bit rate of pictures as a share of what is wanted (classbridge_video_wanted_bytes_per_second), an entry for each leg and second. In above 1.1: a room does not heed what it is asked. Out far under 1: still pictures, or a line that is held back.',
      RATE_BUCKETS,
      ['protocol', 'direction'],
    );
    this.#zeroPackets = family.counter(
      'zero_packet_streams_total',
      'Streams that a party announced and of which no packet came for 10 s: a firewall, NAT or wrong address on the way.',
      ['protocol', 'media'],
    );
    for (const protocol of PROTOCOLS) {
      for (const media of MEDIA) {
        this.#zeroPackets.inc({ protocol, media }, 0);
        for (const direction of DIRECTIONS) {
          for (const counter of [this.#packets, this.#bytes, this.#lost]) {
            counter.inc({ protocol, media, direction }, 0);
          }
        }
      }
    }
  }

  /** Takes what all legs did until `now` (s). */
  reported(legs: readonly { readonly role: LegRole; readonly progress: LegProgress }[], now: number): void {
    this.#wanted.reset();
    const streams = new Set<string>();
    for (const { role, progress } of legs) {
      for (const media of MEDIA) {
        const stream = `${progress.figures.leg} ${media}`;
        streams.add(stream);
        this.#reportStream(role, progress, media);
        const came = progress.figures[media]?.in.packets;
        if (
          came !== undefined &&
          this.#zero.report(stream, role.party?.sends[media] === true, came, Math.round(now * 1000))
        ) {
          this.#zeroPackets.inc({ protocol: role.protocol, media });
        }
      }
      this.#reportRates(role, progress);
    }
    this.#zero.keep(streams);
  }

  #reportStream({ protocol, party }: LegRole, { figures, ...progress }: LegProgress, media: 'audio' | 'video'): void {
    const [current, grown] = [figures[media], progress[media]];
    if (current === undefined || grown === undefined) {
      return;
    }
    for (const direction of DIRECTIONS) {
      const labels = { protocol, media, direction };
      this.#packets.inc(labels, grown[direction].packets);
      this.#bytes.inc(labels, grown[direction].bytes);
      this.#lost.inc(labels, grown[direction].lost);
    }
    const expected = grown.in.packets + grown.in.lost;
    if (party !== undefined && expected > 0) {
      this.#loss.observe({ protocol, media, direction: 'in' }, Math.min(1, grown.in.lost / expected));
      this.#jitter.observe({ protocol, media }, current.in.jitter / 1000);
    }
    this.#reportFar(protocol, media, current);
  }

  #reportFar(
    protocol: LegRole['protocol'],
    media: 'audio' | 'video',
    { lossRatio, roundTrip }: Pick<NonNullable<LegFigures['audio']>, 'lossRatio' | 'roundTrip'>,
  ): void {
    if (lossRatio !== undefined) {
      this.#loss.observe({ protocol, media, direction: 'out' }, lossRatio);
    }
    if (roundTrip !== undefined) {
      this.#roundTrip.observe({ protocol, media }, roundTrip / 1000);
    }
  }

  /** Only rooms are asked by us: browsers keep to what their page sets. */
  #reportRates({ protocol, party }: LegRole, { figures, seconds, video }: LegProgress): void {
    const asked = protocol !== 'webrtc' && party?.sends.video === true ? this.#askedBitRate : 0;
    const wanted = { in: asked, out: figures.video?.targetBitRate ?? 0 };
    for (const direction of DIRECTIONS) {
      this.#wanted.inc({ protocol, direction }, wanted[direction] / 8);
      if (video !== undefined && seconds !== undefined && wanted[direction] > 0) {
        this.#ratio.observe({ protocol, direction }, (8 * video[direction].bytes) / seconds / wanted[direction]);
      }
    }
  }
}
