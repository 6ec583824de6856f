import { context, section } from './blocks.ts';
import { escapeMrkdwn } from './escape-mrkdwn.ts';
import type { MessageBlock, SlackMessage } from './message.ts';

export interface HelpEntry {
  readonly word: string;
  readonly usage: string;
  readonly what: string;
  /** `operate`: for those who run the loop. */
  readonly who: 'anyone' | 'label' | 'operate';
}

const LONGEST_WORD_SHOWN = 60;

const line = ({ word, usage, what }: HelpEntry): string =>
  `\`${escapeMrkdwn(usage === '' ? word : `${word} ${usage}`)}\`  ${escapeMrkdwn(what)}`;

const list = (entries: readonly HelpEntry[]): MessageBlock[] => {
  const running = entries.filter(({ who }) => who === 'operate');
  const others = entries.filter(({ who }) => who !== 'operate');
  return [
    section(['*Type `/finkvra` and one of these words*', ...others.map(line)].join('\n')),
    section(['*For those who run the loop*', ...running.map(line)].join('\n')),
    context('To label, press the buttons of a card; ⋯ has the finer answers.'),
  ];
};

/**
 * What `/finkvra` understands.
 * @param unknown a word that it did not, with the one that was probably meant
 */
export const helpMessage = (
  entries: readonly HelpEntry[],
  unknown: { readonly word: string; readonly nearest: string | null } | null,
): SlackMessage => {
  if (unknown === null) return { text: 'What /finkvra understands', blocks: list(entries) };
  const wrong = escapeMrkdwn(unknown.word.slice(0, LONGEST_WORD_SHOWN));
  const text = `There is no \`/finkvra ${wrong}\`.`;
  return {
    text: `There is no /finkvra ${wrong}`,
    blocks:
      unknown.nearest === null
        ? [section(text), ...list(entries)]
        : [
            section(
              `${text} Did you mean \`/finkvra ${unknown.nearest}\`? \`/finkvra help\` lists all words.`,
            ),
          ],
  };
};
