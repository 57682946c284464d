import type { CallTrace } from './call-trace.ts';
import { figuresWords, flowOf } from './figures-words.ts';
import type { FlowFigures } from './flow-figures.ts';
import type { H323Event } from './h323-event.ts';
import { type SipEvent, type TimelineEvent, timeline } from './timeline.ts';

/** Places of the columns in a line; the first is the party. */
const COLUMNS = [0, 12, 24, 36] as const;
const WIDTH = COLUMNS[3] + 1;
/** Seconds after which figures are shown although nothing changed. */
const FIGURES_EVERY = 10_000;
const LONGEST_SUMMARY = 160;
const COLUMN_NAMES = {
  sip: ['room', 'edge', 'gateway', 'engine'],
  h323: ['room', 'h323', 'gateway', 'engine'],
  webrtc: ['page', 'door', 'gateway', 'engine'],
} as const;

/** A call as people read it: a line for each message, decision and key frame step, arrows between those that took part. */
export function ladder(trace: CallTrace): string {
  const events = timeline(trace);
  const lines = [...heading(trace), '', columnNames(trace)];
  const reported = new Set<string>();
  const figures = new FigureLines();
  for (const event of events) {
    for (const line of linesOf(event, reported, figures)) {
      lines.push(`${time(event.at - trace.beganAt)}  ${line}`);
    }
  }
  const { signalling, media } = trace.leftOut;
  if (signalling + media > 0) {
    lines.push('', `left out for want of room: ${signalling} messages and decisions, ${media} of RTCP and key frames`);
  }
  return `${lines.join('\n')}\n`;
}

function heading(trace: CallTrace): string[] {
  const { facts } = trace;
  const end =
    trace.endedAt === undefined
      ? facts === undefined
        ? 'never became a call'
        : 'goes on'
      : `ended after ${seconds(trace.endedAt - trace.beganAt)} s: ${trace.reason ?? 'unknown'}`;
  return [
    `call ${trace.id}`,
    ...(facts === undefined
      ? []
      : [
          `${facts.protocol} ${facts.direction}, ${facts.remote === '' ? 'a page' : facts.remote}, class ${facts.class}`,
        ]),
    `began ${new Date(trace.beganAt).toISOString()}, ${end}`,
    ...[...trace.sipCallIds].map((id) => `Call-ID ${id}`),
  ];
}

function columnNames({ facts }: CallTrace): string {
  const names = COLUMN_NAMES[facts?.protocol ?? 'sip'];
  return `${' '.repeat(12)}${names.map((name, index) => name.padEnd((COLUMNS[index + 1] ?? 60) - (COLUMNS[index] ?? 0))).join('')}`.trimEnd();
}

function linesOf(event: TimelineEvent, reported: Set<string>, figures: FigureLines): string[] {
  switch (event.kind) {
    case 'sip':
      return [arrow(0, 1, event.direction, '-') + sipSummary(event)];
    case 'h323':
      return [
        arrow(0, 1, event.direction, '-') + h323Summary(event),
        ...event.inside.map((line) => `${mark()}  ${short(visible(line))}`),
      ];
    case 'page':
      return [arrow(0, 1, event.direction, '-') + pageSummary(event.message)];
    case 'negotiation': {
      const whose = event.offerer === 'peer' ? 'their offer' : 'our offer, their answer';
      const first = `${mark(2)}${whose}: ${event.agreed ? 'agreed' : 'nothing in common'}`;
      return [first, ...event.remarks.map((remark) => `${mark()}  ${remark}`)];
    }
    case 'note':
      return [mark(2) + event.words];
    case 'rtcp': {
      // Reports go on all the time: the first of each way shows that there are some.
      const way = `${event.direction} ${event.media}`;
      const isNews = !event.isRegular || !reported.has(way);
      if (event.isRegular) {
        reported.add(way);
      }
      const packets = event.packets.filter((packet) => !packet.startsWith('SDES')).join(', ');
      return isNews ? [arrow(0, 3, event.direction, '=') + short(`RTCP ${event.media}: ${packets}`)] : [];
    }
    case 'key-frame':
      return [mark(3) + event.words];
    case 'figures': {
      const words = figures.next(event.at, event.figures);
      return words === undefined ? [] : [mark(3) + words];
    }
  }
}

/** Figures are shown when something begins or ceases to flow, and now and then. */
class FigureLines {
  #last: { readonly at: number; readonly figures: FlowFigures } | undefined;
  #shownAt = Number.NEGATIVE_INFINITY;
  #flow = '';

  next(at: number, figures: FlowFigures): string | undefined {
    const before = this.#last;
    this.#last = { at, figures };
    const flow = flowOf(figures, before?.figures);
    if (flow === this.#flow && at - this.#shownAt < FIGURES_EVERY) {
      return undefined;
    }
    this.#flow = flow;
    this.#shownAt = at;
    return figuresWords(figures, before?.figures, before === undefined ? 1 : (at - before.at) / 1000);
  }
}

function sipSummary({ text, repeated, protocol, remote }: SipEvent): string {
  const [first = ''] = text.split(/\r?\n/, 1);
  const isResponse = first.startsWith('SIP/2.0 ');
  const cseq = /^CSeq[ \t]*:[ \t]*\d+[ \t]+(\S+)/im.exec(text)?.[1] ?? '';
  const words = isResponse ? `${first.slice(8)} (${cseq})` : first.replace(/ SIP\/2\.0$/, '');
  const hasSdp = /^(?:content-type|c)[ \t]*:[ \t]*application\/sdp/im.test(text);
  const way = `${protocol} ${hostOf(remote.address)}:${remote.port}`;
  const notes = [...(hasSdp ? ['SDP'] : []), ...(repeated ? ['repeated'] : []), way];
  return short(`${printable(words)}  [${notes.join(', ')}]`);
}

function h323Summary({ channel, words, remote }: H323Event): string {
  const what = channel === 'control' ? `H.245 ${words}` : words;
  return short(`${visible(what)}  [tcp ${hostOf(remote.address)}:${remote.port}]`);
}

function hostOf(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

function pageSummary(message: unknown): string {
  if (typeof message !== 'object' || message === null) {
    return 'a message';
  }
  if ('request' in message && typeof message.request === 'object' && message.request !== null) {
    const { type, ...rest } = { type: '', ...message.request };
    return short(`${type} ${JSON.stringify(rest)}`);
  }
  if ('notice' in message && typeof message.notice === 'object' && message.notice !== null) {
    const { type, ...rest } = { type: '', ...message.notice };
    return short(`notice ${type} ${JSON.stringify(rest)}`);
  }
  const answer = 'ok' in message && message.ok === true ? 'ok' : `refused: ${'fault' in message ? message.fault : ''}`;
  return `${answer} (to ${'id' in message ? String(message.id) : '?'})`;
}

/** An arrow between two columns; `in` goes to the right, towards us. */
function arrow(from: number, to: number, direction: 'in' | 'out', line: '-' | '='): string {
  const cells = [...rail()];
  const [left, right] = [COLUMNS[from] ?? 0, COLUMNS[to] ?? 0];
  for (let place = left + 1; place < right; place++) {
    cells[place] = line;
  }
  cells[direction === 'in' ? right - 1 : left + 1] = direction === 'in' ? '>' : '<';
  return `${cells.join('')}  `;
}

/** A star in the column of who did something; none for the lines that go on. */
function mark(column?: number): string {
  const cells = [...rail()];
  if (column !== undefined) {
    cells[COLUMNS[column] ?? 0] = '*';
  }
  return `${cells.join('')}  `;
}

function rail(): string {
  const cells = Array.from({ length: WIDTH }, () => ' ');
  for (const place of COLUMNS) {
    cells[place] = '|';
  }
  return cells.join('');
}

function time(ms: number): string {
  return `+${seconds(ms)}`.padStart(10);
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function short(text: string): string {
  return text.length > LONGEST_SUMMARY ? `${text.slice(0, LONGEST_SUMMARY - 1)}…` : text;
}

/** Octets of UTF-8, one character each, as text. */
function printable(octets: string): string {
  return visible(Buffer.from(octets, 'latin1').toString('utf8'));
}

/** Control characters cannot move an operator's cursor. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '?');
}
