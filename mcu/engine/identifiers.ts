import { z } from 'zod';

// The words that every message between gateway and engine is made of.

/** Names a leg, lesson, view or rendition: room for a class code, and what else makes an encoding what it is. */
export const id = z.string().min(1).max(128);
/** A UDP port that may be bound. */
export const port = z.number().int().min(1024).max(65_535);
/** RFC 3550 §5.1. */
export const ssrc = z.number().int().min(1).max(0xffff_ffff);
/** Where a socket of ours is bound. */
export const transportAddress = z.object({ address: z.string().min(2).max(64), port });
