import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { answerSupplementaryServices, type H450, h450 } from './supplementary-services.ts';

type Interpretation = NonNullable<H450<'H4501SupplementaryService'>['interpretationApdu']>['type'] & string;

/** An invocation of callTransferInitiate (H.450.2, operation 9), as tshark reads it too. */
const TRANSFER = Buffer.from('2801103039000109020000', 'hex');

/** Operations: remoteHold is a service that we do not have. */
const [HOLD_NOTIFIC, RETRIEVE_NOTIFIC, REMOTE_HOLD] = [101, 102, 103];

function asking(interpretation: Interpretation | undefined, ...invokeIds: number[]): Buffer {
  return invoking(
    interpretation,
    invokeIds.map((invokeId) => [invokeId, REMOTE_HOLD]),
  );
}

function invoking(
  interpretation: Interpretation | undefined,
  invocations: readonly (readonly [invokeId: number, operation: number])[],
): Buffer {
  return h450.encode('H4501SupplementaryService', {
    ...(interpretation === undefined || interpretation === 'unknown'
      ? {}
      : { interpretationApdu: { type: interpretation, value: null } }),
    serviceApdu: {
      type: 'rosApdus',
      value: invocations.map(([invokeId, operation]) => ({
        type: 'invoke' as const,
        value: { invokeId, opcode: { type: 'local' as const, value: operation } },
      })),
    },
  });
}

/** What an answer rejects: numbers of invocations with the problem. */
function rejected(answers: readonly Uint8Array[]): unknown[] {
  return answers.flatMap((octets) => {
    const { serviceApdu } = h450.decode('H4501SupplementaryService', octets);
    assert.ok(serviceApdu.type === 'rosApdus');
    return serviceApdu.value.map((ros) => {
      assert.ok(ros.type === 'reject');
      return [ros.value.invokeId, ros.value.problem];
    });
  });
}

test('a captured invocation reads and writes to the same octets', () => {
  const read = h450.decode('H4501SupplementaryService', TRANSFER);
  assert.deepEqual(read.interpretationApdu?.type, 'rejectAnyUnrecognizedInvokePdu');
  assert.deepEqual(h450.encode('H4501SupplementaryService', read), TRANSFER);
  const { answers, clearsCall } = answerSupplementaryServices([TRANSFER]);
  assert.equal(clearsCall, false);
  // Reject, invocation 12345, invoke problem 1: unrecognized operation.
  assert.deepEqual(
    answers.map((octets) => Buffer.from(octets).toString('hex')),
    ['0001c0023039400101'],
  );
});

const PROBLEM = { type: 'invoke', value: 1 };
const CASES: readonly (readonly [what: string, apdus: Buffer[], rejects: unknown[], clears: boolean])[] = [
  ['wants a refusal', [asking('rejectAnyUnrecognizedInvokePdu', 1)], [[1, PROBLEM]], false],
  ['says nothing of what it wants', [asking(undefined, 2)], [[2, PROBLEM]], false],
  ['wants to be passed over', [asking('discardAnyUnrecognizedInvokePdu', 3)], [], false],
  ['wants the call to end', [asking('clearCallIfAnyInvokePduNotRecognized', 4)], [], true],
  [
    'comes with others',
    [
      asking('rejectAnyUnrecognizedInvokePdu', 5, 6),
      asking('discardAnyUnrecognizedInvokePdu', 7),
      asking(undefined, 8),
    ],
    [
      [5, PROBLEM],
      [6, PROBLEM],
      [8, PROBLEM],
    ],
    false,
  ],
  ['invokes nothing but would end the call', [asking('clearCallIfAnyInvokePduNotRecognized')], [], false],
  ['cannot be read', [Buffer.from('ffffff', 'hex')], [], false],
];
for (const [what, apdus, rejects, clears] of CASES) {
  test(`a service that ${what}`, () => {
    const { answers, clearsCall } = answerSupplementaryServices(apdus);
    assert.deepEqual(rejected(answers), rejects);
    assert.equal(clearsCall, clears);
  });
}

test('a room may tell that it holds the call and takes it back, whatever it wishes for services that we do not have', () => {
  for (const wish of ['clearCallIfAnyInvokePduNotRecognized', 'rejectAnyUnrecognizedInvokePdu', undefined] as const) {
    for (const operation of [HOLD_NOTIFIC, RETRIEVE_NOTIFIC]) {
      const told = invoking(wish, [[1, operation]]);
      assert.deepEqual(answerSupplementaryServices([told]), { answers: [], clearsCall: false });
    }
  }
  const both = invoking('rejectAnyUnrecognizedInvokePdu', [
    [1, HOLD_NOTIFIC],
    [2, REMOTE_HOLD],
  ]);
  assert.deepEqual(rejected(answerSupplementaryServices([both]).answers), [[2, PROBLEM]]);
});

test('answers are not answered', () => {
  const answer = h450.encode('H4501SupplementaryService', {
    serviceApdu: {
      type: 'rosApdus',
      value: [
        { type: 'returnResult', value: { invokeId: 1 } },
        { type: 'returnError', value: { invokeId: 2, errcode: { type: 'local', value: 3 } } },
        { type: 'reject', value: { invokeId: 3, problem: { type: 'general', value: 0 } } },
      ],
    },
  });
  assert.deepEqual(answerSupplementaryServices([answer]), { answers: [], clearsCall: false });
});

test('nobody makes us say more than a little', () => {
  const many = Array.from({ length: 100 }, (_, index) => asking(undefined, index, index + 1000));
  assert.equal(rejected(answerSupplementaryServices(many).answers).length, 16);
});

test('any octets are answered without an exception', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 4 }), (apdus) => {
      const { answers } = answerSupplementaryServices(apdus);
      assert.ok(answers.length <= 1);
    }),
    { numRuns: 2000 },
  );
});
