/** Whether an Allow header names a method. A far side without one is taken to know what RFC 3261 asks of everybody. */
export function namesMethod(allow: string | undefined, method: string): boolean {
  return (allow ?? '').split(',').some((name) => name.trim().toUpperCase() === method);
}
