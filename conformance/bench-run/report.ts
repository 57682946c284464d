import { type Figure, isMet } from './figure.ts';
import type { Machine } from './machine.ts';

/** Everything that a bench found. */
export interface BenchReport {
  readonly bench: string;
  readonly machine: Machine;
  readonly figures: readonly Figure[];
}

/** The report as a table for people: a line for each figure, and how it stands to its target. */
export function asTable(title: string, { bench, machine, figures }: BenchReport): string {
  const rows = figures.map((figure) => {
    const { name, value, unit, target, bound = 'at most' } = figure;
    return target === null
      ? [name, `${value} ${unit}`.trim(), '', '']
      : [name, `${value} ${unit}`.trim(), `${bound} ${target}`, isMet(figure) ? 'met' : 'MISSED'];
  });
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length), 0));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const { processor, cores, memoryGiB, node, loadBefore } = machine;
  return [
    `${bench}: ${title}`,
    `${processor}, ${cores} cores, ${memoryGiB} GiB, Node ${node}, load before ${loadBefore}`,
    ...lines.map((line) => `  ${line}`),
    '',
  ].join('\n');
}

/** The report as one JSON object on a line. */
export function asJson({ bench, machine, figures }: BenchReport): string {
  return `${JSON.stringify({ bench, machine, figures })}\n`;
}
