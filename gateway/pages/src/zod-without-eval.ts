import { config } from 'zod';

// The content security policy forbids code made from strings. zod tries whether it may when the first schema is made:
// this module comes before all that make schemas.
config({ jitless: true });
