import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFormatParameters } from './fmtp.ts';
import { readH261Limits, readH263Limits, writeIntervals } from './picture-intervals.ts';

const H263: readonly [fmtp: string, expected: ReturnType<typeof readH263Limits>][] = [
  ['CIF=1;QCIF=1', { intervals: { CIF: 1, QCIF: 1 } }],
  ['QCIF=2 CIF=3 MaxBR=1960', { intervals: { QCIF: 2, CIF: 3 }, maxBr: 1960 }],
  ['CIF4=2/CIF=1/QCIF=1/SQCIF=1/MaxBR=5120', { intervals: { SQCIF: 1, QCIF: 1, CIF: 1, CIF4: 2 }, maxBr: 5120 }],
  ['cif=1; CUSTOM=640,480,2; F=1; J=1; T=1; K=2; P=1,3', { intervals: { CIF: 1 } }],
  ['profile=0;level=10', { intervals: { QCIF: 2 } }],
  ['PROFILE=3;LEVEL=30', { intervals: { QCIF: 1, CIF: 1 } }],
  ['profile=0;level=20', { intervals: { QCIF: 1, CIF: 2 } }],
  ['', { intervals: { QCIF: 1, CIF: 1 } }],
  ['CIF=0;QCIF=33;MaxBR=0', { intervals: { QCIF: 1, CIF: 1 } }],
];
for (const [fmtp, expected] of H263) {
  test(`H.263: ${fmtp || 'nothing said'}`, () => {
    assert.deepEqual(readH263Limits(parseFormatParameters(fmtp)), expected);
  });
}

test('H.261 has two sizes and intervals up to 4', () => {
  assert.deepEqual(readH261Limits(parseFormatParameters('CIF=2;QCIF=1;D=1')), { intervals: { QCIF: 1, CIF: 2 } });
  assert.deepEqual(readH261Limits(parseFormatParameters('QCIF=1;CIF4=1')), { intervals: { QCIF: 1 } });
  assert.deepEqual(readH261Limits(parseFormatParameters('CIF=5')), { intervals: { QCIF: 1, CIF: 1 } });
});

test('the largest size is written first', () => {
  assert.deepEqual(writeIntervals({ QCIF: 1, CIF4: 3, CIF: 2 }), ['CIF4=3', 'CIF=2', 'QCIF=1']);
});
