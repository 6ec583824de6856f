import { z } from 'zod';
import { ANSWERS } from '../../pipeline/learning/answers.ts';

const probability = z.number().min(0).max(1);
const answer = z.enum(ANSWERS);

/** What its answers had come to when a round closed, kept with its report. */
export const frozenRoundSchema = z.object({
  /** People who were asked about each candidate. */
  quorum: z.number(),
  progress: z.object({
    labelled: z.number(),
    /** Candidates that count: labelled and open ones. */
    total: z.number(),
    /** Candidates that got no class. */
    skipped: z.number(),
    disputed: z.number(),
    /** Who has given how many answers with a class, most first. */
    people: z.array(z.object({ name: z.string(), count: z.number() })),
  }),
  /** Of those who answered the same candidates without seeing what the model thinks; null while there are none. */
  agreement: z.object({ kappa: z.number(), candidates: z.number() }).nullable(),
  /** Labels that somebody voted against. */
  disputed: z.array(
    z.object({
      objectId: z.string(),
      answer,
      /** Whose answer it is; null for a tie. */
      by: z.string().nullable(),
      others: z.array(z.object({ name: z.string(), answer })),
    }),
  ),
  /** Objects with an answer whose giver was not sure, and how many answers there were; older versions kept none. */
  notSure: z
    .object({
      /** Standing answers of the round. */
      answers: z.number(),
      objects: z.array(
        z.object({
          objectId: z.string(),
          /** Its label when the round closed; null where it has none. */
          answer: answer.nullable(),
          /** Who was not sure. */
          names: z.array(z.string()),
        }),
      ),
    })
    .optional(),
  candidates: z.array(
    z.object({
      id: z.number(),
      candid: z.string(),
      objectId: z.string(),
      /** P(class 1) as its card shows it, and the class that the model took it for; null where none chose it. */
      p: probability.nullable(),
      predicted: z.union([z.literal(0), z.literal(1)]).nullable(),
      /** Its label when the round closed; null where it has none. */
      answer: answer.nullable(),
    }),
  ),
});

export type FrozenRound = z.infer<typeof frozenRoundSchema>;
export type RoundProgress = FrozenRound['progress'];
