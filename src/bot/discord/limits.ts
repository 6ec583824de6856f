/**
 * Discord's limits that our messages can reach (docs.discord.com: messages, components, commands, interactions).
 */
export const LIMITS = {
  content: 2000,
  /** All embeds of a message together. */
  embedTotal: 6000,
  embedTitle: 256,
  embedDescription: 4096,
  embedFooter: 2048,
  fieldName: 256,
  fieldValue: 1024,
  altText: 1024,
  attachmentBytes: 10 * 1024 * 1024,
  rows: 5,
  buttonsInRow: 5,
  options: 25,
  buttonLabel: 80,
  optionLabel: 100,
  placeholder: 150,
  customId: 100,
  modalTitle: 45,
  fieldLabel: 45,
  labelDescription: 100,
  commandDescription: 100,
  choices: 25,
  choiceName: 100,
  threadName: 100,
  nonce: 25,
  /** Time to answer or defer an interaction, and how long its token is valid then, ms. */
  answerMs: 3_000,
  tokenMs: 15 * 60_000,
} as const;

/** Cuts text to a limit, with an ellipsis. */
export const clip = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;

/** Cuts Markdown to a limit at line ends, so that no link is split; a single long line is cut anywhere. */
export const clipLines = (text: string, most: number): string => {
  if (text.length <= most) return text;
  const end = text.lastIndexOf('\n', most - 2);
  return end > 0 ? `${text.slice(0, end)}\n…` : clip(text, most);
};
