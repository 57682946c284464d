import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { configurationSchema } from '#gateway/configuration/schema.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const HEALTHY = fileURLToPath(new URL('healthy.ts', import.meta.url));
const text = readFileSync(new URL('Containerfile', import.meta.url), 'utf8');

/** Words of the instructions of one name, one list for each; lines that go on are one. */
function instructions(name: string): string[][] {
  return text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.trimStart().startsWith(`${name} `))
    .map((line) => line.trim().split(/\s+/).slice(1));
}

/** The words of an instruction's list in JSON. */
function listOf(name: string): string[] {
  const [, list = '[]'] = new RegExp(`^ *(?:${name}) (\\[.*\\])$`, 'm').exec(text) ?? [];
  return [...list.matchAll(/"([^"]*)"/g)].map(([, word = '']) => word);
}

test('what is copied is there, and with it all that the service is made of', () => {
  const copied = instructions('COPY').filter(([first]) => !first?.startsWith('--from='));
  const sources = copied.flatMap((words) => words.slice(0, -1));
  assert.ok(sources.length > 5);
  for (const source of sources) {
    assert.ok(existsSync(join(PROJECT, source)), source);
  }
  for (const needed of ['package.json', 'package-lock.json', 'codecs', 'signaling', 'mcu', 'gateway', 'deploy']) {
    assert.ok(sources.includes(needed), needed);
  }
});

test('it runs the service by the Node of the project, not as root', () => {
  for (const name of ['ENTRYPOINT', 'CMD']) {
    const [node, program = ''] = listOf(name);
    assert.equal(node, '/opt/classbridge/node_modules/.bin/node', name);
    assert.ok(existsSync(join(PROJECT, program)), program);
  }
  assert.deepEqual(instructions('USER'), [['classbridge']]);
  assert.match(text, /useradd [^\n]*--uid 10001 [^\n]*classbridge/);
});

test('the ports are those of the configuration, but the operators’', () => {
  const { sip, h323, web, webrtc, media } = configurationSchema.parse({});
  const expected = [
    `${sip.port}/udp`,
    `${sip.port}/tcp`,
    `${h323.port}/tcp`,
    `${h323.controlPortFrom}-${h323.controlPortTo}/tcp`,
    `${web.port}/tcp`,
    `${webrtc.port}/udp`,
    `${webrtc.port}/tcp`,
    `${media.portFrom}-${media.portTo}/udp`,
  ];
  assert.deepEqual(instructions('EXPOSE').flat(), expected);
});

async function exitOfCheck(port: number): Promise<unknown> {
  const child = spawn(process.execPath, [HEALTHY], {
    env: { ...process.env, CLASSBRIDGE_OPERATOR_PORT: String(port) },
    stdio: 'ignore',
  });
  const [code] = await once(child, 'exit');
  return code;
}

test('the health check says what /health says', async () => {
  let status = 200;
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/health' ? status : 404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  try {
    assert.equal(await exitOfCheck(address.port), 0);
    status = 503;
    assert.equal(await exitOfCheck(address.port), 1);
  } finally {
    server.close();
    await once(server, 'close');
  }
  assert.equal(await exitOfCheck(address.port), 1, 'nobody there');
});
