/** A habit of a real system, and what comes of it here. */
export interface H323Quirk {
  readonly id: string;
  readonly who: string;
  readonly does: string;
  readonly source: string;
  /** Shows it by messages that go through our stack. Throws AssertionError. */
  readonly check: () => void;
}
