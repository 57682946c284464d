import type Srf from 'drachtio-srf';

/** A request of ours inside a dialog. */
export interface InDialogRequest {
  /** `INVITE` with an offer in its body: the ACK of its 2xx goes out by itself. */
  readonly method: 'INFO' | 'INVITE' | 'NOTIFY' | 'OPTIONS' | 'UPDATE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Sends a request inside a dialog; resolves to its final response. Rejects where it could not be sent. A far
 * side that does not answer gives 408 by the SIP server's own timer.
 */
export function sendInDialog(dialog: Srf.Dialog, request: InDialogRequest): Promise<Srf.SrfResponse> {
  return new Promise((resolve, reject) => {
    // drachtio-srf's types ask for a whole received request where it takes these fields.
    dialog.request(request as unknown as Srf.SrfRequest, (error, response) => {
      if (error) {
        reject(error);
        return;
      }
      const received = response as unknown as Srf.SrfResponse;
      if (received.status >= 200) {
        resolve(received);
      }
    });
  });
}
