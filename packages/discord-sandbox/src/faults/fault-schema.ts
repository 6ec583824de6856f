import { z } from 'zod';
import type { FaultState } from './faults.ts';

const fate = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('rate-limited'),
    retryAfter: z.number(),
    scope: z.enum(['user', 'global', 'shared', 'cloudflare']),
  }),
  z.object({ kind: z.literal('error'), status: z.number(), code: z.number(), message: z.string() }),
  z.object({ kind: z.literal('status'), status: z.number() }),
  z.object({ kind: z.literal('cut') }),
  z.object({ kind: z.literal('lost') }),
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

/** The faults in HTTP requests. */
export const faultStateSchema: z.ZodType<FaultState> = z.object({
  calls,
  refuseToken: z.boolean(),
  acknowledgeHeartbeats: z.boolean(),
  readyDelayMs: z.number(),
  loseInteractions: z.number(),
});

/** A change of some faults. */
export const faultChangeSchema: z.ZodType<Partial<FaultState>> = z.object({
  calls: calls.exactOptional(),
  refuseToken: z.boolean().exactOptional(),
  acknowledgeHeartbeats: z.boolean().exactOptional(),
  readyDelayMs: z.number().exactOptional(),
  loseInteractions: z.number().exactOptional(),
});
