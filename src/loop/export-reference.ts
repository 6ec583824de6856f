import { labelsForReference, trainingForReference } from '../store/exports.ts';
import type { Db } from '../store/open-store.ts';
import type { AnswerValue } from '../store/schema.ts';
import { referenceLabel } from './reference-labels.ts';

const isAnswer = (label: string): label is AnswerValue =>
  ['galactic', 'not_galactic', 'skip', 'agn', 'varstar', 'bogus', 'unclear'].includes(label);

/** The reference's labeled.csv: its own labels as they came in, ours in its words; a skip has none. */
export async function* exportReferenceLabels(db: Db) {
  for (const { candid, objectId, label, at, imported } of await labelsForReference(db)) {
    const word = imported === 1 ? label : isAnswer(label) ? referenceLabel(label) : null;
    // The reference writes UTC without saying so.
    if (word !== null) yield { candid, objectId, label: word, timestamp: at.replace(/Z$/, '') };
  }
}

/** The reference's training_ids.csv. */
export async function* exportReferenceTraining(db: Db) {
  yield* await trainingForReference(db, null);
}
