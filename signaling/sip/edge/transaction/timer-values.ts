/** Round-trip time estimate, milliseconds (RFC 3261 §17.1.1.1). */
export const T1 = 500;

/** The longest interval between retransmissions of non-INVITE requests and INVITE responses, milliseconds. */
export const T2 = 4_000;

/** The longest that a message stays in the network, milliseconds. */
export const T4 = 5_000;

/** 64*T1: Timers B, F, H, J, L and M, and D over UDP (RFC 3261 §17, RFC 6026 §7). */
export const TRANSACTION_LIFETIME = 64 * T1;
