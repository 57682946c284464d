import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { exampleCall, exampleRecall } from './example-records.ts';
import { Journal } from './journal.ts';
import { nameOf, readJournal, writeLine } from './journal-text.ts';
import type { JournalLine } from './record.ts';

const warnings: object[] = [];
const log = { warn: (facts: object) => warnings.push(facts), error: (facts: object) => warnings.push(facts) } as never;
const folder = mkdtempSync(join(tmpdir(), 'classbridge-journal-'));
const file = join(folder, 'journal');

after(() => rmSync(folder, { recursive: true, force: true }));

/** Calls and recalls with few ids come and go. */
const line: fc.Arbitrary<JournalLine> = fc
  .record({ id: fc.constantFrom('a', 'b', 'c', 'd'), what: fc.constantFrom('call', 'recall', 'gone') })
  .map(({ id, what }) =>
    what === 'gone' ? { gone: 'call', id } : what === 'call' ? exampleCall(id) : exampleRecall(id),
  );

/** What holds after some lines, worked out in the plainest way. */
function holding(lines: readonly JournalLine[]): string[] {
  const names = new Set<string>();
  for (const one of lines) {
    if ('gone' in one) {
      names.delete(nameOf(one.gone, one.id));
    } else {
      names.add(nameOf(one.kind, one.id));
    }
  }
  return [...names].sort();
}

describe('readJournal', () => {
  test('of a journal that was cut anywhere, every whole line counts', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.double({ min: 0, max: 1, noNaN: true }), (lines, part) => {
        const texts = lines.map(writeLine);
        const whole = texts.join('');
        const cut = whole.slice(0, Math.floor(whole.length * part));
        let length = 0;
        // A line without its end is whole as well, if nothing else of it is missing.
        const kept = lines.filter((_, index) => {
          length += texts[index]?.length ?? 0;
          return length - 1 <= cut.length;
        });
        const { records, unreadable } = readJournal(cut);
        assert.deepEqual([...records.keys()].sort(), holding(kept));
        assert.ok(unreadable <= 1);
      }),
    );
  });

  test('takes nothing that is not a record, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        assert.equal(readJournal(text).records.size, 0);
      }),
    );
    const changed = JSON.stringify({ ...exampleCall('a'), dialog: { ...exampleCall('a').dialog, localTag: 7 } });
    const { records, unreadable } = readJournal(`${changed}\n${writeLine(exampleCall('b'))}`);
    assert.deepEqual([[...records.keys()], unreadable], [['call b'], 1]);
  });

  test('gives back the contacts of a user, whatever is not known of them', () => {
    const arrival = { protocol: 'udp', address: '203.0.113.9', port: 5070 };
    const times = { expires: 60, expiresAt: 1_795_298_856_927.5, callId: 'c', sequence: 7 };
    const binding = { uri: 'sip:a@b', key: 'a@b', q: 0.5, instance: undefined, flow: undefined, ...times, arrival };
    const record = {
      kind: 'bindings',
      id: 'room1',
      bindings: [binding, { ...binding, instance: '<urn:x>', flow: 1 }],
    } as const;
    const { records } = readJournal(writeLine({ ...record, bindings: [...record.bindings] }));
    assert.deepEqual([...records.values()], [record]);
  });

  test('gives back what was written', () => {
    const { records } = readJournal(writeLine(exampleCall('a')) + writeLine(exampleRecall('r')));
    assert.deepEqual([...records.values()], [exampleCall('a'), exampleRecall('r')]);
  });
});

describe('Journal', () => {
  test('a successor finds what held, in a file for the owner alone', () => {
    const journal = Journal.open(folder, log);
    journal.put(exampleCall('a'));
    journal.put(exampleCall('b'));
    journal.drop('call', 'a');
    // No close: the process was killed.
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const next = Journal.open(folder, log);
    assert.deepEqual([...next.inherited.keys()], ['call b']);
    assert.equal(readFileSync(file, 'utf8'), writeLine(exampleCall('b')));
    next.drop('call', 'b');
    next.close();
    assert.equal(readFileSync(file, 'utf8'), '');
  });

  test('stays small whatever comes and goes', () => {
    const journal = Journal.open(folder, log);
    let longest = 0;
    for (let call = 0; call < 5000; call++) {
      journal.put(exampleCall(String(call)));
      if (call >= 10) {
        journal.drop('call', String(call - 10));
      }
      longest = Math.max(longest, call % 50 === 0 ? statSync(file).size : 0);
    }
    assert.equal(journal.size, 10);
    assert.ok(longest < 1500 * writeLine(exampleCall('0')).length, `${longest} bytes`);
    assert.deepEqual([...readJournal(readFileSync(file, 'utf8')).records.keys()].length, 10);
    journal.close();
    assert.equal(readFileSync(file, 'utf8').split('\n').length, 11);
  });

  test('says that lines could not be read, and goes on without them', () => {
    writeFileSync(file, `${writeLine(exampleCall('a'))}{"kind":"call","id`);
    warnings.length = 0;
    const journal = Journal.open(folder, log);
    assert.deepEqual([...journal.inherited.keys()], ['call a']);
    assert.deepEqual(warnings, [{ event: 'journal-lines-unreadable', lines: 1 }]);
    journal.close();
  });
});
