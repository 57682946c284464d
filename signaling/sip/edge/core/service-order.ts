/** One SRV record (RFC 2782). */
export interface ServiceRecord {
  /** The host that gives the service; `.` or empty where there is decidedly none. */
  readonly target: string;
  readonly port: number;
  /** 0 to 65535; the lowest is tried first. */
  readonly priority: number;
  /** 0 to 65535; its share among records of the same priority. */
  readonly weight: number;
}

/**
 * The order in which servers are tried (RFC 2782, "Usage rules"): by priority, and within one by chance in proportion to
 * the weights; a weight of 0 leaves a very small chance to come first.
 * @param random a number in [0, 1), asked once per record
 */
export function orderServices(records: readonly ServiceRecord[], random: () => number): ServiceRecord[] {
  const priorities = [...new Set(records.map(({ priority }) => priority))].sort((a, b) => a - b);
  return priorities.flatMap((wanted) =>
    drawByWeight(
      records.filter(({ priority }) => priority === wanted),
      random,
    ),
  );
}

function drawByWeight(records: readonly ServiceRecord[], random: () => number): ServiceRecord[] {
  // Those of weight 0 stand first, so that only a draw of exactly 0 meets them.
  const left = records.toSorted((a, b) => Math.sign(a.weight) - Math.sign(b.weight));
  const order: ServiceRecord[] = [];
  while (left.length > 0) {
    const total = left.reduce((sum, { weight }) => sum + weight, 0);
    const drawn = Math.floor(random() * (total + 1));
    let sum = 0;
    const index = left.findIndex(({ weight }) => {
      sum += weight;
      return sum >= drawn;
    });
    order.push(...left.splice(Math.max(index, 0), 1));
  }
  return order;
}
