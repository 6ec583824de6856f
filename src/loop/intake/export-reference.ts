import { fineLabelOf, isAnswer } from '../../pipeline/learning/answers.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { Db } from '../../store/open-store.ts';
import { labelsForReference, trainingForReference } from '../../store/rounds/exports.ts';

/** The reference's labeled.csv: its own labels as they came in, ours in its words; a skip has none. */
export async function* exportReferenceLabels(db: Db) {
  for (const { candid, objectId, label, at, imported } of await labelsForReference(db)) {
    const word = imported === 1 ? label : isAnswer(label) ? fineLabelOf(label) : null;
    // The reference writes UTC without saying so.
    if (word !== null) yield { candid, objectId, label: word, timestamp: at.replace(/Z$/, '') };
  }
}

/** The reference's training_ids.csv. */
export async function* exportReferenceTraining(db: Db, type: ModelType) {
  yield* await trainingForReference(db, null, type);
}
