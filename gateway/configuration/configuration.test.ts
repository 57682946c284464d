import assert from 'node:assert/strict';
import { test } from 'node:test';
import { helpText } from './help.ts';
import { ConfigurationFault, readConfiguration } from './read.ts';
import { configurationKeys } from './schema.ts';

test('an empty configuration is whole', () => {
  const configuration = readConfiguration('', {});
  assert.equal(configuration.sip.port, 5060);
  assert.equal(configuration.lessons.classes[0]?.code, '1001');
  assert.equal(configuration.service.announcedAddress, undefined);
});

test('the environment wins over the file', () => {
  const yaml = 'sip:\n  port: 5070\nlessons:\n  classes:\n    - {code: math-3, title: 数学}\n';
  const configuration = readConfiguration(yaml, { CLASSBRIDGE_SIP_PORT: '5080' });
  assert.equal(configuration.sip.port, 5080);
  assert.deepEqual(configuration.lessons.classes, [{ code: 'math-3', title: '数学' }]);
  const classes = readConfiguration('', { CLASSBRIDGE_LESSONS_CLASSES: '[{"code":"a","title":"A"}]' }).lessons.classes;
  assert.deepEqual(classes, [{ code: 'a', title: 'A' }]);
});

test('a switch in the environment is written in words', () => {
  const users = JSON.stringify([{ name: 'room1', md5: '0'.repeat(32) }]);
  const required = (text: string) =>
    readConfiguration('', { CLASSBRIDGE_SIP_USERS: users, CLASSBRIDGE_SIP_REQUIRE_AUTHENTICATION: text }).sip
      .requireAuthentication;
  assert.deepEqual(['true', 'false', 'yes'].map(required), [true, false, true]);
});

const WRONG: readonly [string, Record<string, string>, RegExp][] = [
  ['sip:\n  port: high', {}, /sip\.port \(CLASSBRIDGE_SIP_PORT\): /],
  ['', { CLASSBRIDGE_MEDIA_VIDEO_BIT_RATE: '5' }, /media\.videoBitRate/],
  ['', { CLASSBRIDGE_ANNOUNCED_ADDRESS: 'school.example' }, /service\.announcedAddress.*IPv4 or IPv6/],
  ['sip:\n  prot: 5060', {}, /sip.*prot/],
  ['sipp:\n  port: 5060', {}, /sipp/],
  ['media:\n  portFrom: 27000\n  portTo: 29000', {}, /media\.relayPortFrom.*overlap/],
  ['web:\n  certificate: a.pem', {}, /web\.privateKey/],
  ['lessons:\n  classes: [{code: a, title: A}, {code: a, title: B}]', {}, /lessons\.classes/],
  ['lessons:\n  classes: [{code: "a b", title: A}]', {}, /lessons\.classes\.0\.code/],
  ['sip:\n  users: [{name: "a:b", md5: 00000000000000000000000000000000}]', {}, /sip\.users\.0\.name/],
  ['sip:\n  users: [{name: a, md5: secret}]', {}, /sip\.users\.0\.md5/],
  [`sip:\n  users: [{name: a, md5: "${'0'.repeat(32)}"}, {name: a, md5: "${'1'.repeat(32)}"}]`, {}, /sip\.users.*own/],
  ['sip:\n  requireAuthentication: true', {}, /sip\.requireAuthentication.*nobody/],
  [
    `sip:\n  digestAlgorithms: [SHA-256, MD5]\n  users: [{name: a, md5: "${'0'.repeat(32)}"}]`,
    {},
    /sip\.digestAlgorithms.*sha256/,
  ],
  ['sip:\n  upstream: [{registrar: "sip:user@host", user: a, password: p}]', {}, /sip\.upstream\.0\.registrar/],
  ['', { CLASSBRIDGE_SIP_MINIMUM_REGISTRATION_TIME: '7200' }, /sip\.maximumRegistrationTime/],
  ['sip:\n  guard: {never: ["192.0.2.0/33"]}', {}, /sip\.guard\.never\.0 \(CLASSBRIDGE_SIP_GUARD_NEVER\)/],
  ['sip:\n  guard: 5', { CLASSBRIDGE_SIP_GUARD_RATE: '2' }, /sip\.guard/],
  ['', { CLASSBRIDGE_SIP_GUARD_BURST: 'many' }, /sip\.guard\.burst \(CLASSBRIDGE_SIP_GUARD_BURST\)/],
  ['', { CLASSBRIDGE_H323_CONTROL_PORT_TO: '5000' }, /h323\.controlPortTo/],
  ['h323: {gatekeeper: {requireAuthentication: true}}', {}, /h323\.gatekeeper\.requireAuthentication.*nobody/],
  ['h323: {gatekeeper: {users: [{name: a}]}}', {}, /h323\.gatekeeper\.users\.0.*key or password/],
  ['h323: {gatekeeper: {users: [{name: a, key: secret}]}}', {}, /h323\.gatekeeper\.users\.0\.key/],
  ['h323: {gatekeeper: {users: [{name: a, password: p}, {name: a, password: q}]}}', {}, /gatekeeper\.users.*own/],
  ['h323: {gatekeeper: {users: [{name: Room, password: p}, {name: rOOM, password: q}]}}', {}, /users.*own.*case/],
  ['h323: {gatekeeper: {users: [{name: a, password: p}, {name: "h323:A ", password: q}]}}', {}, /users.*own/],
  ['h323: {gatekeeper: {users: [{name: " ", password: p}]}}', {}, /gatekeeper\.users.*name/],
  ['', { CLASSBRIDGE_H323_GATEKEEPER_REGISTRATION_TIME: '20' }, /h323\.gatekeeper\.registrationTime.*between/],
  ['h323: {upstream: {gatekeepers: [gk.example], aliases: ["1"]}}', {}, /h323\.upstream\.gatekeepers\.0/],
  ['h323: {upstream: {gatekeepers: ["192.0.2.1"], aliases: ["1"], user: a}}', {}, /h323\.upstream\.password/],
  ['', { CLASSBRIDGE_H323_UPSTREAM: 'gk' }, /h323\.upstream \(CLASSBRIDGE_H323_UPSTREAM\)/],
  ['- a list', {}, /must hold sections/],
  ['a: [', {}, /not YAML/],
];
for (const [yaml, environment, message] of WRONG) {
  test(`a wrong value is named: ${message}`, () => {
    assert.throws(
      () => readConfiguration(yaml, environment),
      (error: unknown) => error instanceof ConfigurationFault && message.test(error.message),
    );
  });
}

test('a section within a section is read from file and environment together', () => {
  const { guard } = readConfiguration('sip:\n  guard: {burst: 5, banTime: 60}', {
    CLASSBRIDGE_SIP_GUARD_BURST: '7',
    CLASSBRIDGE_SIP_GUARD_NEVER: '["192.0.2.0/24", "2001:db8::1"]',
    CLASSBRIDGE_SIP_GUARD_DROP_SCANNERS: 'false',
  }).sip;
  assert.deepEqual(guard, {
    enabled: true,
    burst: 7,
    rate: 1,
    banTime: 60,
    never: ['192.0.2.0/24', '2001:db8::1'],
    dropScanners: false,
  });
});

test('help has a line for every key, and every key has a doc line and a variable', () => {
  const text = helpText();
  for (const { path, environment, description } of configurationKeys()) {
    assert.ok(environment !== '' && description !== '', path.join('.'));
    assert.ok(text.includes(environment) && text.includes(description), path.join('.'));
  }
});
