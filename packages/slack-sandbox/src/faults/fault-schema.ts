import { z } from 'zod';
import type { FaultState } from './faults.ts';

const fate = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('rate-limited'), retryAfter: z.union([z.number(), z.string()]).nullable() }),
  z.object({ kind: z.literal('error'), error: z.string() }),
  z.object({ kind: z.literal('status'), status: z.number() }),
  z.object({ kind: z.literal('cut') }),
  z.object({ kind: z.literal('lost') }),
  z.object({ kind: z.literal('torn') }),
  z.object({ kind: z.literal('foreign') }),
  z.object({ kind: z.literal('late'), ms: z.number() }),
  z.object({ kind: z.literal('slow'), ms: z.number() }),
]);

const calls = z.array(
  z.object({
    method: z.string().nullable(),
    calls: z.number().nullable(),
    until: z.number().nullable(),
    fate,
  }),
);
const tokens = z.object({ bot: z.string().nullable(), app: z.string().nullable() });

/** The faults in HTTP requests. */
export const faultStateSchema: z.ZodType<FaultState> = z.object({
  calls,
  tokens,
  socketMode: z.boolean(),
  duplicateEnvelopes: z.number(),
  refuseUploads: z.boolean(),
  refuseBlockTypes: z.array(z.string()),
});

/** A change of some faults. */
export const faultChangeSchema: z.ZodType<Partial<FaultState>> = z.object({
  calls: calls.exactOptional(),
  tokens: tokens.exactOptional(),
  socketMode: z.boolean().exactOptional(),
  duplicateEnvelopes: z.number().exactOptional(),
  refuseUploads: z.boolean().exactOptional(),
  refuseBlockTypes: z.array(z.string()).exactOptional(),
});
