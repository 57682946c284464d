import type { Logger } from 'pino';
import type { Engine } from '#mcu/engine/engine.ts';
import type { Conference } from '../conference/conference.ts';
import { dataFolder } from '../configuration/data-folder.ts';
import type { Configuration } from '../configuration/schema.ts';
import { addAdmissionMetrics } from '../http/admission-metrics.ts';
import type { Metrics } from '../http/metrics.ts';
import { EventLoopDelay } from '../supervision/event-loop.ts';
import { Admission } from './admission.ts';
import { pictureTimesIn } from './calibration.ts';

/** The running parts whose load is watched. */
export interface OpenAdmissionOptions {
  readonly configuration: Configuration;
  readonly engine: Pick<Engine, 'on' | 'processId'>;
  /** Process id of the media server of browsers; undefined while there is none. */
  readonly sfu: () => number | undefined;
  readonly conference: () => Conference | undefined;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** The admission of the service; its costs are cautious ones until they are measured, which waits for nobody. */
export function openAdmission(options: OpenAdmissionOptions): Admission {
  const { configuration, engine, sfu, conference, metrics, log } = options;
  const ownDelay = new EventLoopDelay();
  const admission = new Admission({
    keys: configuration.admission,
    lessons: () => conference()?.lessons ?? [],
    desired: () => conference()?.desired ?? { legs: [], renditions: [] },
    processes: () => [process.pid, engine.processId, sfu()],
    log,
  });
  addAdmissionMetrics(metrics.registry, admission);
  engine.on('figures', (report) => {
    const delay = ownDelay.take();
    metrics.gatewayDelay(delay);
    admission.reported(report, delay);
  });
  pictureTimesIn(dataFolder(configuration)).then(
    (times) => admission.calibrated(times),
    (error: unknown) => log.warn({ event: 'not-calibrated', err: error }, 'what pictures cost here is not known'),
  );
  return admission;
}
