import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyPatch, sourceList, unityGroups } from './sources.mjs';

test('the sources of a list are read out of meson.build, with what is added to it later', () => {
  const mesonBuild = `
project('worker', 'cpp')
common_sources = [
  'src/A.cpp',
  # 'src/Commented.cpp',
  'src/dir/B.cc',
]
test_sources = [
  'test/T.cpp',
]
if host_machine.system() == 'linux'
  common_sources += [
    'src/C.cpp',
  ]
endif
`;
  assert.deepEqual(sourceList(mesonBuild, 'common_sources'), ['src/A.cpp', 'src/dir/B.cc', 'src/C.cpp']);
  assert.deepEqual(sourceList(mesonBuild, 'other_sources'), []);
});

test('neighbours go together, clashing ones apart', () => {
  assert.deepEqual(unityGroups(['a', 'b', 'c', 'd', 'e'], 2, []), [['a', 'b'], ['c', 'd'], ['e']]);
  assert.deepEqual(unityGroups(['a', 'b', 'c', 'd'], 2, [['a', 'b']]), [['a'], ['b', 'c', 'd']]);
  assert.deepEqual(unityGroups(['a', 'b', 'c'], 3, [['a', 'b', 'c']]), [['a'], ['b'], ['c']]);
});

test('every source is in exactly one group and no clash is in any', () => {
  const names = fc.uniqueArray(fc.integer({ min: 0, max: 60 }).map(String), { maxLength: 50 });
  const rows = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 60 }).map(String), { maxLength: 6 }), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(names, fc.integer({ min: 1, max: 15 }), rows, (sources, size, apart) => {
      const groups = unityGroups(sources, size, apart);
      assert.deepEqual(groups.flat().sort(), [...sources].sort());
      for (const group of groups) {
        assert.ok(group.length > 0);
        for (const row of apart) assert.ok(group.filter((source) => row.includes(source)).length <= 1);
      }
    }),
  );
});

test('a change applies to exactly one place', () => {
  const patch = { file: 'f.cpp', from: '(a == B)', to: '((a & $1) != 0)' };
  assert.equal(applyPatch('if (a == B) {}', patch), 'if ((a & $1) != 0) {}');
  assert.throws(() => applyPatch('if (a) {}', patch), /f\.cpp does not apply/);
  assert.throws(() => applyPatch('(a == B) (a == B)', patch), /does not apply/);
});
