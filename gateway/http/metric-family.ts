import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Metrics that belong together, made under the service's prefix in one registry. Names are given without `classbridge_`. */
export class MetricFamily {
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** The name ends in `_total`. `collect` is called at each reading, where it is given. */
  counter<L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    collect: (counter: Counter<L>) => void = () => undefined,
  ): Counter<L> {
    return new Counter<L>({
      ...this.#common(name, help),
      labelNames: [...labelNames],
      collect() {
        collect(this);
      },
    });
  }

  /** `collect` is called at each reading, where it is given. */
  gauge<L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    collect: (gauge: Gauge<L>) => void = () => undefined,
  ): Gauge<L> {
    return new Gauge<L>({
      ...this.#common(name, help),
      labelNames: [...labelNames],
      collect() {
        collect(this);
      },
    });
  }

  /** `buckets`: upper bounds, ascending. */
  histogram<L extends string = never>(
    name: string,
    help: string,
    buckets: readonly number[],
    labelNames: readonly L[] = [],
  ): Histogram<L> {
    return new Histogram({ ...this.#common(name, help), buckets: [...buckets], labelNames: [...labelNames] });
  }

  #common(name: string, help: string) {
    return { name: `classbridge_${name}`, help, registers: [this.#registry] };
  }
}
