import { isObject, type JsonObject } from 'sandbox-kit/json';

/** A broken rule of Slack: where (an RFC 6901 pointer), and Slack's message. */
export interface BlockProblem {
  readonly pointer: string;
  readonly message: string;
}

/** Collects problems during a walk over blocks. */
export interface Findings {
  readonly problems: BlockProblem[];
  readonly report: (pointer: string, message: string) => void;
}

export const startFindings = (): Findings => {
  const problems: BlockProblem[] = [];
  return { problems, report: (pointer, message) => problems.push({ pointer, message }) };
};

/** A problem in the wording of `response_metadata.messages`. */
export const slackMessage = (problem: BlockProblem): string =>
  `${problem.message} [json-pointer:${problem.pointer}]`;

/** A string field; Slack counts UTF-16 code units, as JavaScript does. */
export const checkString = (
  found: Findings,
  value: unknown,
  pointer: string,
  rule: { readonly max: number; readonly min?: number; readonly optional?: boolean },
): void => {
  if (value === undefined || value === null) {
    if (rule.optional !== true) found.report(pointer, 'missing required field');
    return;
  }
  if (typeof value !== 'string') found.report(pointer, 'must be a string');
  else if (value.length > rule.max) found.report(pointer, `must be less than ${rule.max + 1} characters`);
  else if (value.length < (rule.min ?? 0))
    found.report(pointer, `must be more than ${(rule.min ?? 1) - 1} characters`);
};

/** A text object, `{type: 'plain_text' | 'mrkdwn', text}`. */
export const checkText = (
  found: Findings,
  value: unknown,
  pointer: string,
  rule: {
    readonly max: number;
    readonly optional?: boolean;
    readonly plain?: boolean;
    readonly mrkdwn?: boolean;
  },
): void => {
  if (value === undefined || value === null) {
    if (rule.optional !== true) found.report(pointer, 'missing required field: text object');
    return;
  }
  if (!isObject(value)) {
    found.report(pointer, 'must be a text object');
    return;
  }
  const { type, text } = value;
  if (type !== 'plain_text' && type !== 'mrkdwn')
    found.report(`${pointer}/type`, 'must be a valid enum value');
  else if (rule.plain === true && type !== 'plain_text')
    found.report(`${pointer}/type`, 'must be plain_text here');
  else if (rule.mrkdwn === true && type !== 'mrkdwn') found.report(`${pointer}/type`, 'must be mrkdwn here');
  checkString(found, text, `${pointer}/text`, { max: rule.max, min: 1 });
};

/** Checks an array's length; returns its items, or none if it is not an array. */
export const checkArray = (
  found: Findings,
  value: unknown,
  pointer: string,
  rule: { readonly max: number; readonly min?: number },
): readonly unknown[] => {
  if (!Array.isArray(value)) {
    found.report(pointer, 'must be an array');
    return [];
  }
  if (value.length > rule.max) found.report(pointer, `no more than ${rule.max} items allowed`);
  if (value.length < (rule.min ?? 1)) found.report(pointer, `no fewer than ${rule.min ?? 1} items allowed`);
  return value;
};

/** Calls `check` on every object of an array, and reports other items. */
export const eachObject = (
  found: Findings,
  items: readonly unknown[],
  pointer: string,
  check: (item: JsonObject, pointer: string) => void,
): void => {
  for (const [index, item] of items.entries()) {
    const here = `${pointer}/${index}`;
    if (isObject(item)) check(item, here);
    else found.report(here, 'must be an object');
  }
};
