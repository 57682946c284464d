import type { Registry } from 'prom-client';
import { PROTOCOLS } from '#signaling/call/call.ts';
import type { Admission } from '../admission/admission.ts';
import { ADMISSION_REFUSALS } from '../admission/admission-controller.ts';
import { MetricFamily } from './metric-family.ts';

/** Adds what the machine carries and whom it refused to the metrics. */
export function addAdmissionMetrics(registry: Registry, admission: Admission): void {
  const family = new MetricFamily(registry);
  family.gauge(
    'admission_capacity_parties',
    'Rooms of 1280x720 in lessons of four that this machine carries, as far as is known: measured at the first start, corrected by what is seen.',
    [],
    (gauge) => gauge.set(admission.capacity),
  );
  family.gauge(
    'admission_load_ratio',
    'How full the machine is: time of mixing against that of a picture, or processors in use, whichever is more. With the next party it may not come above admission.maximumLoad.',
    [],
    (gauge) => gauge.set(admission.load),
  );
  const refused = family.counter(
    'admission_refused_total',
    'Calls refused because the machine would not have carried them, by protocol and reason (gateway/admission/admission-controller.ts).',
    ['protocol', 'reason'],
  );
  for (const protocol of PROTOCOLS) {
    for (const reason of ADMISSION_REFUSALS) {
      refused.inc({ protocol, reason }, 0);
    }
  }
  admission.on('refused', (protocol, reason) => refused.inc({ protocol, reason }));
}
