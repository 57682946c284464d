import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type RegisterFields, readRegister } from './register-request.ts';

const GOOD: RegisterFields = {
  to: '<sip:room1@school.example>',
  callId: 'call-1',
  cseq: '1 REGISTER',
  contact: '<sip:a@10.0.0.1>',
  expires: '600',
  supported: undefined,
};

function contacts(fields: Partial<RegisterFields>) {
  const read = readRegister({ ...GOOD, ...fields });
  assert.ok('contacts' in read && read.contacts !== 'all');
  return read.contacts;
}

test('requests of baresip 1.1.0 and Linphone 5.3 are read', () => {
  const [baresip] = contacts({
    to: '<sip:room1@127.0.0.1:7801>',
    contact:
      '<sip:room1-0x55557b062430@127.0.0.1:7811>;expires=60;+sip.instance="<urn:uuid:43550394-ad54-e1bb-f80b-60bbf1bc795c>"',
  });
  assert.deepEqual([baresip?.expires, baresip?.flow], [60, undefined]);
  assert.equal(baresip?.instance, '<urn:uuid:43550394-ad54-e1bb-f80b-60bbf1bc795c>');
  const [linphone] = contacts({
    to: 'sip:room1@127.0.0.1',
    contact:
      '<sip:room1@127.0.0.1:7821;transport=udp>;+sip.instance="<urn:uuid:e02e5fb6-c9bc-48f7-9515-49a0ed42850e>";+org.linphone.specs="lime"',
    supported: 'replaces, outbound, gruu, path',
  });
  assert.deepEqual(
    [linphone?.uri, linphone?.expires, linphone?.flow],
    ['sip:room1@127.0.0.1:7821;transport=udp', 600, undefined],
  );
});

test('without angle brackets parameters are those of the header', () => {
  const [contact] = contacts({ contact: 'sip:a@10.0.0.1;expires=30;q=0.25' });
  assert.deepEqual([contact?.uri, contact?.expires, contact?.q], ['sip:a@10.0.0.1', 30, 0.25]);
});

test('a preference that is none counts as 1', () => {
  for (const q of ['2', '-1', 'high', '0.1234', '']) {
    assert.equal(contacts({ contact: `<sip:a@10.0.0.1>;q="${q}"` })[0]?.q, 1, q);
  }
});

test('whatever is written, it is read or refused', () => {
  const field = fc.option(
    fc.oneof(
      fc.string(),
      fc.constantFrom('*', '<sip:a@b>', '<sip:%zz@b>', '<sip:a@b>;expires=x, *', '0', '1 REGISTER'),
    ),
    { nil: undefined },
  );
  const fields = fc.record({ to: field, callId: field, cseq: field, contact: field, expires: field, supported: field });
  fc.assert(
    fc.property(fields, (written) => {
      const read = readRegister({ ...GOOD, ...written });
      if (!('contacts' in read) || read.contacts === 'all') return;
      assert.ok(read.contacts.every(({ expires, q }) => expires >= 0 && q >= 0 && q <= 1));
    }),
  );
});
