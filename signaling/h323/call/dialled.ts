import type { CallMessage } from '../h225/message.ts';
import type { H225 } from '../h225/types.ts';
import { readNumber } from '../q931/elements.ts';
import { elementOf } from '../q931/message.ts';

/** What a caller wants: a class code, and the PIN where it was dialled behind it. */
export interface Dialled {
  readonly target: string;
  readonly pin: string | undefined;
}

type Alias = H225<'AliasAddress'>;

/** Room remotes have no letters: `host##CODE` and `host##CODE#PIN` are what they can dial. */
const REMOTE_CONTROL = /^(?:##)?([^#]+)(?:##?([^#]*))?#?$/;

/** The text of an alias; undefined for kinds that hold none. */
export function textOfAlias(alias: Alias): string | undefined {
  switch (alias.type) {
    case 'dialedDigits':
    case 'h323-ID':
    case 'url-ID':
    case 'email-ID':
      return alias.value;
    case 'partyNumber':
      return alias.value.type === 'e164Number' ? alias.value.value.publicNumberDigits : undefined;
    default:
      return undefined;
  }
}

/** An alias of the kind that a text looks like. */
export function aliasOf(text: string): Alias {
  if (/^[0-9*#,]{1,128}$/.test(text)) {
    return { type: 'dialedDigits', value: text };
  }
  return /^h323:/i.test(text) ? { type: 'url-ID', value: text } : { type: 'h323-ID', value: text.slice(0, 256) };
}

/** Whom a Setup is for: its aliases in their order, else the called party number; empty where it does not say. */
export function dialledIn(setup: H225<'Setup-UUIE'>, message: Pick<CallMessage, 'elements'>): Dialled {
  const texts = [
    ...(setup.destinationAddress ?? []).map(textOfAlias),
    ...(setup.destExtraCallInfo ?? []).map(textOfAlias),
    setup.remoteExtensionAddress === undefined ? undefined : textOfAlias(setup.remoteExtensionAddress),
    readNumber(elementOf(message, 'calledPartyNumber')),
  ];
  const [first = ''] = texts.filter((text) => text !== undefined && text !== '');
  return readDialled(first);
}

/** `DOMAIN##CODE` in one alias, as Polycom's rooms write it: a domain has something that digits have not. */
const BEHIND_DOMAIN = /^(?=[^#]*[^0-9#])[^#]+##(?=[^#])/;

/** `CODE`, `CODE#PIN`, `##CODE`, `##CODE#PIN`, `h323:CODE@host`, `CODE@host`. */
export function readDialled(text: string): Dialled {
  const user = text
    .replace(/^h323:/i, '')
    .replace(/@.*$/, '')
    .replace(BEHIND_DOMAIN, '');
  const parts = REMOTE_CONTROL.exec(user);
  const [, target = user, pin = ''] = parts ?? [];
  return { target, pin: pin === '' ? undefined : pin };
}

/** Who calls, for people: the display, else the best of the caller's aliases, else his number. */
export function nameOfCaller(
  setup: H225<'Setup-UUIE'>,
  display: string | undefined,
  number: string | undefined,
): string {
  const aliases = (setup.sourceAddress ?? []).flatMap((alias) => {
    const text = textOfAlias(alias);
    return text === undefined ? [] : [{ type: alias.type, text }];
  });
  const named = aliases.find(({ type }) => type === 'h323-ID') ?? aliases[0];
  return display ?? named?.text ?? number ?? '';
}
