import { readObjectName } from '../../pipeline/object-name.ts';
import { fileIdOf } from '../../store/chat/uploads.ts';
import { cardPicture, cardPictureKey } from '../message-pictures.ts';
import { readObject } from '../readings/read-object.ts';
import { text, type Word } from './word.ts';

const PICTURE_WAIT_MS = 8000;

export const show: Word = {
  word: 'show',
  usage: '<objectId>',
  what: 'an object’s facts and picture',
  who: 'label',
  answer: async ({ rest }, { db, modelType, reading, pictures, uploads }) => {
    if (rest === '') return text('Say which object: `/finkvra show ZTF25aapafwq`.');
    const objectId = readObjectName(rest);
    const found = await readObject(db, objectId, modelType, reading.hints);
    if (found === null) return text(`There is no alert of ${objectId} in the store: check the name.`);
    const { candid } = found.alert;
    if (pictures !== null)
      await uploads.want(cardPicture(db, pictures, candid), PICTURE_WAIT_MS, () => undefined);
    return { kind: 'object', object: found.content, picture: await fileIdOf(db, cardPictureKey(candid)) };
  },
};
