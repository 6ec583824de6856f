import { cardKey } from '../../loop/round-messages.ts';
import { readObjectName } from '../../pipeline/object-name.ts';
import { lastCandidateOf } from '../../store/rounds/rounds.ts';
import { cardPicture } from '../message-pictures.ts';
import { privatePicture } from '../private-picture.ts';
import { linkToMessage } from '../readings/read-card.ts';
import { readObject } from '../readings/read-object.ts';
import { text, type Word } from './word.ts';

export const show: Word = {
  word: 'show',
  usage: '<objectId>',
  what: 'an object’s facts and picture',
  who: 'label',
  answer: async ({ person, rest }, context) => {
    const { db, modelType, reading, pictures, surroundings } = context;
    if (rest === '') return text('Say which object: `/finkvra show ZTF25aapafwq`.');
    const objectId = readObjectName(rest);
    const found = await readObject(db, objectId, modelType, reading.hints);
    if (found === null) return text(`The store has no alert of ${objectId}: check the name.`);
    const candidate = await lastCandidateOf(db, objectId);
    const words = `Stamps and light curve of ${objectId}, as you asked for.`;
    return {
      kind: 'object',
      object: found.content,
      picture:
        pictures === null
          ? { kind: 'none' }
          : await privatePicture(
              context,
              person,
              cardPicture({ db, pictures, surroundings }, found.alert.candid),
              words,
            ),
      card: candidate === undefined ? null : await linkToMessage(reading, cardKey(candidate.id)),
    };
  },
};
