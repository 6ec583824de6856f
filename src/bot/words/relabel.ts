import { findRelabelling } from '../../loop/answers/relabel.ts';
import { escapeMrkdwn } from '../slack/messages/mrkdwn.ts';
import { relabelModal } from '../slack/messages/relabel-modal.ts';
import type { Word } from './word.ts';

export const relabel: Word = {
  word: 'relabel',
  usage: '<objectId>',
  what: 'correct a label after its round',
  who: 'label',
  answer: async ({ rest, triggerId, client }, { db, modelType }) => {
    if (rest === '') return 'Say which object: `/finkvra relabel ZTF25aapafwq`.';
    const found = await findRelabelling(db, rest);
    switch (found.kind) {
      case 'unlabelled':
        return `${escapeMrkdwn(rest)} has no label to correct: check the name, upper and lower case matter.`;
      case 'round-open':
        return `${escapeMrkdwn(rest)} is in round ${found.round}, which is still open: answer on its card, or press Undo there.`;
      case 'ready':
        await client.views.open({ trigger_id: triggerId, view: relabelModal(found.label, modelType) });
        return null;
    }
  },
};
