import type Srf from 'drachtio-srf';

/** A request outside of calls; the SIP server adds what it lacks. */
export interface OutsideRequest {
  readonly method: string;
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  /** URI of the hop to hand it to where its own URI does not lead there. */
  readonly proxy?: string;
}

/** The final answer to such a request. */
export interface OutsideAnswer {
  readonly status: number;
  /** Value of a header field; several of one name joined by commas. */
  readonly header: (name: string) => string | undefined;
  /** Contact of the request as it was sent. */
  readonly sentContact: string | undefined;
  /** Address that the answer came from. */
  readonly address: string;
}

/** Sends a request; resolves to its final answer (408 where none came). Rejects where no way leads there. */
export function sendRequest(srf: Srf, { method, uri, headers, proxy }: OutsideRequest): Promise<OutsideAnswer> {
  return new Promise((resolve, reject) => {
    // By callback: the answer may come in the same read as the word that the request has left, before a promise would tell.
    const fields = { method, headers: { ...headers }, ...(proxy === undefined ? {} : { proxy }) };
    callbackRequest(srf)(uri, fields, (error, request) => {
      if (error !== null && error !== undefined) {
        reject(error instanceof Error ? error : new Error(String(error)));
        return;
      }
      request.on('response', (response) => {
        if (response === undefined || response.status < 200) return;
        resolve({
          status: response.status,
          header: (name) => (response.has(name) ? response.get(name) : undefined),
          sentContact: request.has('Contact') ? request.get('Contact') : undefined,
          address: response.source_address,
        });
      });
    });
  });
}

type CallbackRequest = (
  uri: string,
  fields: { method: string; headers: Record<string, string>; proxy?: string },
  callback: (error: unknown, request: Srf.SrfRequest) => void,
) => unknown;

/** drachtio-srf's types put method and body where its code takes the callback. */
function callbackRequest(srf: Srf): CallbackRequest {
  return srf.request.bind(srf) as unknown as CallbackRequest;
}
