/** One value of an exposition. */
export interface Sample {
  /** With `_bucket`, `_sum` or `_count` for histograms. */
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** A metric as it is declared. */
export interface MetricDeclaration {
  readonly name: string;
  readonly type: string;
  readonly help: string;
}

/** The text of `/metrics` (Prometheus 0.0.4), read. */
export class Exposition {
  readonly declarations: readonly MetricDeclaration[];
  readonly samples: readonly Sample[];

  /** @throws Error at a line that is neither comment nor sample */
  constructor(text: string) {
    const helps = new Map<string, string>();
    const declarations: MetricDeclaration[] = [];
    const samples: Sample[] = [];
    for (const line of text.split('\n').filter((candidate) => candidate !== '')) {
      const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\w+) (.*)$/.exec(line) ?? [];
      if (kind === 'HELP') {
        helps.set(name, rest);
      } else if (kind === 'TYPE') {
        declarations.push({ name, type: rest, help: helps.get(name) ?? '' });
      } else {
        samples.push(readSample(line));
      }
    }
    this.declarations = declarations;
    this.samples = samples;
  }

  /** Sum of the samples of this name that have all these labels; 0 where there are none. */
  sum(name: string, labels: Readonly<Record<string, string>> = {}): number {
    return this.#matching(name, labels).reduce((sum, { value }) => sum + value, 0);
  }

  /** Entries of a histogram that are at most `bound`, which must be one of its buckets. */
  countUpTo(name: string, bound: number, labels: Readonly<Record<string, string>> = {}): number {
    return this.sum(`${name}_bucket`, { ...labels, le: String(bound) });
  }

  /** Mean of the entries of a histogram that came since an earlier exposition; undefined where there are none. */
  meanSince(earlier: Exposition, name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    const grown = (part: string) => this.sum(`${name}_${part}`, labels) - earlier.sum(`${name}_${part}`, labels);
    return grown('count') > 0 ? grown('sum') / grown('count') : undefined;
  }

  /** Mean of the entries of a histogram; undefined before there are any. */
  mean(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    const all = this.sum(`${name}_count`, labels);
    return all === 0 ? undefined : this.sum(`${name}_sum`, labels) / all;
  }

  #matching(name: string, labels: Readonly<Record<string, string>>): Sample[] {
    return this.samples.filter(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels.get(label) === value),
    );
  }
}

function readSample(line: string): Sample {
  const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === undefined || value === undefined) {
    throw new Error(`no line of an exposition: ${line}`);
  }
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(
    ([, label = '', text = '']) => [label, text] as const,
  );
  return { name, labels: new Map(pairs), value: value === 'Nan' ? Number.NaN : Number(value) };
}
