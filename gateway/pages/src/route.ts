import { classCodeSchema, type Reception, receptionSchema } from '#signaling/webrtc/protocol.ts';

/** What the address asks for. */
export type Route =
  | { readonly page: 'home' /** The address named a class code that cannot be one. */; readonly badCode: boolean }
  | {
      readonly page: 'lesson';
      readonly code: string;
      /** From `?name=`, cut to what the protocol allows. */
      readonly name: string | undefined;
      /** `?join=1`: no pre-join page (room computers). */
      readonly joinAtOnce: boolean;
      readonly reception: Reception;
      /** `?debug=1` */
      readonly debug: boolean;
    };

/** Longest name of a party, characters. */
export const MAX_NAME = 64;

/** Reads an address such as `/c/7B?name=Wang&join=1`; `search` begins with `?` or is empty. */
export function parseRoute(pathname: string, search: string): Route {
  const segments = pathname.split('/').filter((segment) => segment !== '');
  if (segments[0] !== 'c') return { page: 'home', badCode: false };
  const code = classCodeSchema.safeParse(segments[1]);
  if (!code.success || segments.length > 2) return { page: 'home', badCode: true };
  const query = new URLSearchParams(search);
  const name = (query.get('name') ?? '').trim().slice(0, MAX_NAME).trim();
  const reception = receptionSchema.safeParse(query.get('reception'));
  return {
    page: 'lesson',
    code: code.data,
    name: name === '' ? undefined : name,
    joinAtOnce: query.get('join') === '1',
    reception: reception.success ? reception.data : 'mix',
    debug: query.get('debug') === '1',
  };
}
