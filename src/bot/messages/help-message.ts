import { context, section } from './blocks.ts';
import { escapeMrkdwn } from './escape-mrkdwn.ts';
import type { SlackMessage } from './message.ts';

export interface HelpEntry {
  readonly word: string;
  readonly usage: string;
  readonly what: string;
}

/**
 * What `/finkvra` understands.
 * @param unknown a word that it did not, with the one that was probably meant
 */
export const helpMessage = (
  entries: readonly HelpEntry[],
  unknown: { readonly word: string; readonly nearest: string | null } | null,
): SlackMessage => {
  const list = [...entries, { word: 'help', usage: '', what: 'this list' }].map(
    ({ word, usage, what }) =>
      `\`/finkvra ${escapeMrkdwn(usage === '' ? word : `${word} ${usage}`)}\`  ${escapeMrkdwn(what)}`,
  );
  const wrong = unknown === null ? '' : escapeMrkdwn(unknown.word.slice(0, 60));
  const first =
    unknown === null
      ? []
      : [
          section(
            unknown.nearest === null
              ? `There is no \`/finkvra ${wrong}\`. This is what there is:`
              : `There is no \`/finkvra ${wrong}\`. Did you mean \`/finkvra ${unknown.nearest}\`?`,
          ),
        ];
  return {
    text: unknown === null ? 'What /finkvra understands' : `There is no /finkvra ${wrong}`,
    blocks: [
      ...first,
      section(list.join('\n')),
      context('To label, press the buttons of a card; ⋯ has the finer answers.'),
    ],
  };
};
