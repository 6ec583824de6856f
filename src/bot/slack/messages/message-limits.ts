/** Slack's limits that our messages can come near (docs.slack.dev, Block Kit reference). */
export const LIMITS = {
  headerText: 150,
  sectionText: 3000,
  contextText: 2000,
  altText: 2000,
  fallbackText: 3000,
  blocks: 50,
} as const;

/**
 * Cuts mrkdwn to a limit by whole lines, so that no link or escaped character is cut in two; a single line
 * that is too long is cut where it must be.
 */
export const clipLines = (text: string, most: number): string => {
  if (text.length <= most) return text;
  const end = text.lastIndexOf('\n', most - 2);
  if (end > 0) return `${text.slice(0, end)}\n…`;
  return `${text.slice(0, most - 1).replace(/(&[a-z]*|<[^>]*)$/, '')}…`;
};

/** Cuts text to a limit, with an ellipsis where something was cut. */
export const clip = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;
