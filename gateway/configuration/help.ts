import { configurationKeys } from './schema.ts';

/** The text of `npm start -- --help`: every key with default, unit and meaning. */
export function helpText(): string {
  const lines = [
    'Classbridge: SIP, H.323 and WebRTC video interop gateway and MCU for classrooms',
    '',
    'npm start                          starts the service',
    'npm start -- --config FILE.yaml    with a configuration file',
    'npm start -- --hash NAME           asks for the password of a SIP user and prints its lines for the file',
    'npm start -- --help                prints this',
    '',
    'Each key stands in the file under its section, or in the environment, which wins:',
  ];
  let section = '';
  for (const { path, environment, description, unit, default: fallback } of configurationKeys()) {
    if (path[0] !== section) {
      section = path[0];
      lines.push('', `${section}:`);
    }
    const standard = fallback === undefined ? 'none' : fallback;
    lines.push(
      `  ${path.slice(1).join('.')}  [${standard}${unit === undefined ? '' : ` ${unit}`}]  ${environment}`,
      `      ${description}`,
    );
  }
  return `${lines.join('\n')}\n`;
}
