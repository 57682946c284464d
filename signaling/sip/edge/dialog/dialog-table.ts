import type { SipRequest } from '../message/message.ts';
import { fieldValue } from '../message/message.ts';
import { type Dialog, tagOf } from './dialog.ts';

/** All dialogs, by their tags and by their names in the control protocol. */
export class DialogTable {
  readonly #byTags = new Map<string, Dialog>();
  /** Of forked early dialogs of one call, which share the name, the one last added. */
  readonly #byId = new Map<string, Dialog>();

  get size(): number {
    return this.#byTags.size;
  }

  add(dialog: Dialog): void {
    const { callId, localTag, remoteTag } = dialog.facts;
    this.#byTags.set(tagsKey(callId, localTag, remoteTag), dialog);
    if (this.#byId.get(dialog.id)?.state !== 'confirmed') this.#byId.set(dialog.id, dialog);
  }

  /** The dialog that a request from the network belongs to (RFC 3261 §12.2.2). */
  findFor(request: SipRequest): Dialog | undefined {
    return this.find(fieldValue(request, 'Call-ID') ?? '', tagOf(request, 'To'), tagOf(request, 'From'));
  }

  find(callId: string, localTag: string, remoteTag: string): Dialog | undefined {
    return this.#byTags.get(tagsKey(callId, localTag, remoteTag));
  }

  /** The dialog of this name in the control protocol. */
  byId(id: string): Dialog | undefined {
    return this.#byId.get(id);
  }

  /** Makes the dialog the one that its name means: the fork that answered. */
  choose(dialog: Dialog): void {
    this.#byId.set(dialog.id, dialog);
  }

  /** Ends the dialog and forgets it. */
  remove(dialog: Dialog): void {
    dialog.terminate();
    const { callId, localTag, remoteTag } = dialog.facts;
    const key = tagsKey(callId, localTag, remoteTag);
    if (this.#byTags.get(key) === dialog) this.#byTags.delete(key);
    if (this.#byId.get(dialog.id) === dialog) this.#byId.delete(dialog.id);
  }

  /** Whether one of them fits. Looks at each. */
  some(fits: (dialog: Dialog) => boolean): boolean {
    return [...this.#byTags.values()].some(fits);
  }

  clear(): void {
    for (const dialog of [...this.#byTags.values()]) this.remove(dialog);
  }
}

function tagsKey(callId: string, localTag: string, remoteTag: string): string {
  return `${localTag}|${remoteTag}|${callId}`;
}
