import type { Configuration } from '../configuration/schema.ts';
import type { DiagnosisActions } from '../http/diagnosis-api.ts';
import type { Health } from '../http/operator-server.ts';
import type { Diagnosis } from './diagnosis.ts';
import { lessonBundle } from './lesson-bundle.ts';
import type { LogTail } from './log-tail.ts';
import { versions } from './versions.ts';

/** Where what is told of the service comes from. */
export interface DiagnosisSources {
  readonly diagnosis: Diagnosis;
  readonly configuration: Configuration;
  readonly health: () => Health;
  readonly logTail: LogTail;
}

/** What the API asks of diagnosis, in this service. */
export function diagnosisActions({ diagnosis, configuration, health, logTail }: DiagnosisSources): DiagnosisActions {
  return {
    traces: () => diagnosis.traces,
    find: (id) => diagnosis.find(id),
    bundle: (code) =>
      configuration.lessons.classes.some((known) => known.code === code)
        ? bundleOf(code, { diagnosis, configuration, health, logTail })
        : undefined,
  };
}

async function bundleOf(
  code: string,
  { diagnosis, configuration, health, logTail }: DiagnosisSources,
): Promise<Buffer> {
  const traces = diagnosis.traces.filter(({ facts }) => facts?.class === code);
  const log = (words: readonly string[]) => logTail.about(words);
  return await lessonBundle(traces, { configuration, health: health(), versions: await versions(), log }, Date.now());
}
