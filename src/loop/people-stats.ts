import { allAnswers } from '../store/answers.ts';
import type { Db } from '../store/open-store.ts';
import { allCandidates } from '../store/rounds.ts';
import { classOf } from './answer-class.ts';
import { historiesOf } from './round-voices.ts';

/** What one person has answered, and how it compares. */
export interface PersonStats {
  readonly userId: string;
  readonly name: string;
  readonly galactic: number;
  readonly notGalactic: number;
  readonly withoutClass: number;
  /** Answers with a class that somebody else gave one to too, and how many of those agree. */
  readonly shared: number;
  readonly agreed: number;
  /** Answers with a class that the model had a probability for, and how many it had right. */
  readonly predicted: number;
  readonly asPredicted: number;
}

type Counts = { -readonly [K in keyof PersonStats]: PersonStats[K] };

/** Everybody who has answered, most labels first. Of each candidate one's standing answer counts. */
export const readPeopleStats = async (db: Db): Promise<PersonStats[]> => {
  const probabilities = new Map((await allCandidates(db)).map(({ id, p_galactic }) => [id, p_galactic]));
  const people = new Map<string, Counts>();
  for (const [candidateId, history] of historiesOf(await allAnswers(db))) {
    const p = probabilities.get(candidateId) ?? null;
    const voices = [...history.votes, ...history.late].map((one) => ({
      ...one,
      galactic: classOf(one.answer),
    }));
    for (const { user_id, user_name, galactic } of voices) {
      const person = people.get(user_id) ?? {
        userId: user_id,
        name: user_name,
        galactic: 0,
        notGalactic: 0,
        withoutClass: 0,
        shared: 0,
        agreed: 0,
        predicted: 0,
        asPredicted: 0,
      };
      people.set(user_id, person);
      if (galactic === null) {
        person.withoutClass += 1;
        continue;
      }
      if (galactic === 1) person.galactic += 1;
      else person.notGalactic += 1;
      for (const other of voices) {
        if (other.user_id === user_id || other.galactic === null) continue;
        person.shared += 1;
        if (other.galactic === galactic) person.agreed += 1;
      }
      if (p !== null) {
        person.predicted += 1;
        if (p >= 0.5 === (galactic === 1)) person.asPredicted += 1;
      }
    }
  }
  const labels = ({ galactic, notGalactic }: PersonStats): number => galactic + notGalactic;
  return [...people.values()].sort((a, b) => labels(b) - labels(a) || a.name.localeCompare(b.name));
};
