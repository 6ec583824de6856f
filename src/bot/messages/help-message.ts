import { context, section } from './blocks.ts';
import { escapeMrkdwn } from './escape-mrkdwn.ts';
import type { SlackMessage } from './message.ts';

const COMMANDS: readonly (readonly [string, string])[] = [
  ['status', 'the open round, labels so far, the last rounds, the last and the next pull'],
  ['help', 'this list'],
];

/** What `/finkvra` understands; `unknown` is a word that it did not. */
export const helpMessage = (unknown: string | null): SlackMessage => {
  const list = COMMANDS.map(([word, what]) => `\`/finkvra ${word}\`  ${what}`).join('\n');
  const first =
    unknown === null
      ? []
      : [section(`There is no \`/finkvra ${escapeMrkdwn(unknown)}\`. This is what there is:`)];
  return {
    text: unknown === null ? 'What /finkvra understands' : `There is no /finkvra ${unknown}`,
    blocks: [
      ...first,
      section(list),
      context('To label, press the buttons of a card. The first answer counts.'),
    ],
  };
};
