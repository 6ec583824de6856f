/** Slack's limits that our messages can reach (docs.slack.dev, Block Kit reference). */
export const LIMITS = {
  headerText: 150,
  sectionText: 3000,
  contextText: 2000,
  altText: 2000,
  fallbackText: 3000,
  blocks: 50,
} as const;

/**
 * Cuts mrkdwn to a limit at line ends, so that no link or escaped character is split. A single line that is too
 * long is cut anywhere.
 */
export const clipLines = (text: string, most: number): string => {
  if (text.length <= most) return text;
  const end = text.lastIndexOf('\n', most - 2);
  if (end > 0) return `${text.slice(0, end)}\n…`;
  return `${text.slice(0, most - 1).replace(/(&[a-z]*|<[^>]*)$/, '')}…`;
};

/** Cuts text to a limit, with an ellipsis. */
export const clip = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;
