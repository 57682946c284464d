import assert from 'node:assert/strict';
import { createEdge, type Edge, type EdgeOptions } from './edge.ts';
import { ScriptedApplication } from './scripted-application.ts';

const LOCALHOST = { address: '127.0.0.1', port: 0 };

/** An edge for tests on free ports of this machine, UDP before TCP. An error that it logs fails the test. */
export function exampleEdge(options: Partial<EdgeOptions> = {}): Edge {
  return createEdge({
    listen: [
      { protocol: 'udp', ...LOCALHOST },
      { protocol: 'tcp', ...LOCALHOST },
    ],
    control: { ...LOCALHOST, secret: 's' },
    log: {
      debug: () => {},
      info: () => {},
      warn: () => {},
      error: (facts, text) => assert.fail(`${text} ${JSON.stringify(facts)}`),
    },
    ...options,
  });
}

/** An application that has logged in to an example edge and takes the requests of these methods. */
export async function loggedIn(controlPort: number, methods: readonly string[]): Promise<ScriptedApplication> {
  const application = await ScriptedApplication.connect(controlPort);
  application.send('a|authenticate|s|', ...methods.map((method) => `b|route|${method}`));
  for (let replies = 0; replies <= methods.length; replies += 1) await application.next();
  return application;
}
