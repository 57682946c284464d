/** A metric that a PromQL expression names. */
export interface NamedMetric {
  /** Without the `_bucket`, `_sum` or `_count` of a histogram. */
  readonly name: string;
  /** What its labels must be, as far as the expression says so: `label="value"` alone; others have no value here. */
  readonly labels: ReadonlyMap<string, string | undefined>;
}

const SELECTOR = /\b(classbridge_\w+)(?:\{([^}]*)\})?/g;
const MATCHER = /(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g;

/** The metrics of ours that an expression names. Looks at selectors only: promtool and Grafana read the rest. */
export function namedMetrics(expression: string): NamedMetric[] {
  return [...expression.matchAll(SELECTOR)].map(([, name = '', matchers = '']) => ({
    name: name.replace(/_(bucket|sum|count)$/, ''),
    labels: new Map(
      [...matchers.matchAll(MATCHER)].map(([, label = '', operator, value]) => [
        label,
        operator === '=' ? value : undefined,
      ]),
    ),
  }));
}
