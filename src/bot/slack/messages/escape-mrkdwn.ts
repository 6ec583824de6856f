/** Makes text safe inside Slack's mrkdwn: the three characters that Slack asks to be escaped. */
export const escapeMrkdwn = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A link in mrkdwn; the pipe would end its address early. */
export const mrkdwnLink = (url: string, name: string): string =>
  `<${escapeMrkdwn(url).replaceAll('|', '%7C')}|${escapeMrkdwn(name).replaceAll('|', '/')}>`;
