/** The canonical name of all that a lesson, or one party of it, sends out: its picture and its sound are played in step (RFC 3550 §6.5.1). */
export function canonicalName(id: string): string {
  return `classbridge-${id}`;
}
