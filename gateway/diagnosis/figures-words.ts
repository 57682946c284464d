import type { FlowFigures } from './flow-figures.ts';

/** What flowed between two reports of a leg, in words; `seconds` between them. */
export function figuresWords(now: FlowFigures, before: FlowFigures | undefined, seconds: number): string {
  const parts: string[] = [];
  if (now.audio !== undefined) {
    const { audio } = now;
    const was = before?.audio;
    parts.push(
      `sound in ${rate(audio.in.bytes, was?.in.bytes, seconds)} lost ${audio.in.lost}, out ${rate(audio.out.bytes, was?.out.bytes, seconds)}`,
    );
  }
  if (now.video !== undefined) {
    const { video } = now;
    const was = before?.video;
    const frames = perSecond(video.decoded, was?.decoded, seconds);
    parts.push(
      `picture in ${rate(video.in.bytes, was?.in.bytes, seconds)} lost ${video.in.lost}, ` +
        `decoded ${frames.toFixed(1)}/s ${video.width}x${video.height}, out ${rate(video.out.bytes, was?.out.bytes, seconds)}`,
    );
  }
  const dropped = Object.entries(now.dropped).filter(([reason, count]) => count > (before?.dropped[reason] ?? 0));
  if (dropped.length > 0) {
    parts.push(`not used so far: ${dropped.map(([reason, count]) => `${count} ${reason}`).join(', ')}`);
  }
  return parts.join('; ');
}

/** What of a leg is on: as long as it stays the same there is no news. */
export function flowOf(now: FlowFigures, before: FlowFigures | undefined): string {
  const grew = (count: number | undefined, was: number | undefined) => (count ?? 0) > (was ?? 0);
  return [
    grew(now.audio?.in.packets, before?.audio?.in.packets),
    grew(now.audio?.out.packets, before?.audio?.out.packets),
    grew(now.video?.in.packets, before?.video?.in.packets),
    grew(now.video?.decoded, before?.video?.decoded),
    grew(now.video?.out.packets, before?.video?.out.packets),
    ...Object.entries(now.dropped).map(([reason, count]) => `${reason} ${grew(count, before?.dropped[reason])}`),
    `${now.video?.width ?? 0}x${now.video?.height ?? 0}`,
  ].join(' ');
}

function rate(bytes: number, before: number | undefined, seconds: number): string {
  return `${Math.round((8 * perSecond(bytes, before, seconds)) / 1000)} kbit/s`;
}

/** Counters begin anew with a new engine. */
function perSecond(count: number, before: number | undefined, seconds: number): number {
  const grown = count - (before ?? 0);
  return seconds > 0 ? Math.max(0, grown) / seconds : 0;
}
