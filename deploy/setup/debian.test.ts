import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pickMirrors, transportLines } from './debian-mirrors.mjs';
import { absentPackages, notInstalled } from './debian-packages.mjs';

test('a package counts as there only when dpkg says installed', () => {
  const status = 'installed g++\nconfig-files tshark\nnot-installed chromium\ninstalled libfoo\ninstalled libfoo\n';
  assert.deepEqual(notInstalled(['g++', 'tshark', 'chromium', 'debootstrap', 'libfoo'], status), [
    'tshark',
    'chromium',
    'debootstrap',
  ]);
});

test('dpkg itself is asked', () => {
  assert.deepEqual(absentPackages(['dpkg', 'no-such-package-anywhere']), ['no-such-package-anywhere']);
  assert.deepEqual(absentPackages([]), []);
});

test('mirrors are told by what their release calls itself, whatever their address', () => {
  const targets = [
    'Some-Vendor https://packages.vendor.example/debian/',
    'Debian http://cache.example/debian-remote/',
    'Debian http://cache.example/other/',
    'Debian-Security http://cache.example/security-remote/',
  ].join('\n');
  assert.deepEqual(pickMirrors(targets), {
    main: 'http://cache.example/debian-remote/',
    security: 'http://cache.example/security-remote/',
  });
});

test('before the first apt-get update they are told by their address', () => {
  const targets =
    '$(LABEL) https://vendor.example/node/\n$(LABEL) http://m.example/debian-security\n$(LABEL) http://m.example/debian\n';
  assert.deepEqual(pickMirrors(targets), {
    main: 'http://m.example/debian',
    security: 'http://m.example/debian-security',
  });
  assert.equal(pickMirrors('$(LABEL) https://vendor.example/node/\n'), undefined);
  assert.equal(pickMirrors(''), undefined);
});

test('only how to fetch is handed on to another apt', () => {
  const dump = [
    'APT::Architecture "amd64";',
    'Dir::Etc "etc/apt";',
    'Acquire "";',
    'Acquire::Check-Valid-Until "false";',
    'Acquire::http "";',
    'Acquire::http::Proxy "http://proxy.example:3142";',
    'Acquire::https::CAInfo "/etc/ssl/own.pem";',
    'Acquire::IndexTargets::deb::Packages::MetaKey "x";',
  ].join('\n');
  assert.equal(
    transportLines(dump),
    'Acquire::Check-Valid-Until "false";\nAcquire::http::Proxy "http://proxy.example:3142";\nAcquire::https::CAInfo "/etc/ssl/own.pem";\n',
  );
});
