import type { z } from 'zod';

declare module 'zod' {
  interface GlobalMeta {
    /** Environment variable that sets the key. */
    environment?: string;
    /** Unit of a number. */
    unit?: string;
  }
}

/** A key of the configuration: its type with variable, doc line and unit. */
export function key<T extends z.ZodType>(schema: T, environment: string, description: string, unit?: string): T {
  return schema.meta({ environment, description, ...(unit === undefined ? {} : { unit }) });
}
