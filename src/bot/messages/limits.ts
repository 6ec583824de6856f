/** Slack's limits that our messages can come near (docs.slack.dev, Block Kit reference). */
export const LIMITS = {
  headerText: 150,
  sectionText: 3000,
  contextText: 2000,
  altText: 2000,
  fallbackText: 3000,
  blocks: 50,
} as const;

/** Cuts text to a limit, with an ellipsis where something was cut. */
export const clip = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;
