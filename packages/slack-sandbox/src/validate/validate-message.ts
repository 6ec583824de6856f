import { isObject, type JsonObject, objectsOf } from 'sandbox-kit/json';
import { limits } from './limits.ts';
import { checkString, checkText, slackMessage, startFindings } from './problems.ts';
import { countBlockCharacters, validateBlocks } from './validate-blocks.ts';

/** Why Slack would refuse a message or view: its error name, and a line per broken rule. */
export interface Refusal {
  readonly error: string;
  readonly messages: readonly string[];
}

/**
 * Why chat.postMessage (or, with `update`, chat.update) would refuse this message; null where it would not.
 *
 * @example validateMessage({ text: 'Round 3', blocks: roundHeader(round) }) // null
 */
export const validateMessage = (
  message: { readonly text?: unknown; readonly blocks?: unknown; readonly metadata?: unknown },
  options: { readonly update?: boolean } = {},
): Refusal | null => {
  const { text, blocks, metadata } = message;
  const hasText = typeof text === 'string' && text !== '';
  if (!hasText && !(Array.isArray(blocks) && blocks.length > 0)) return refusal('no_text');
  const maxText = options.update === true ? limits.updateText : limits.messageText;
  if (typeof text === 'string' && text.length > maxText) return refusal('msg_too_long');
  if (blocks !== undefined) {
    if (!Array.isArray(blocks)) return refusal('invalid_blocks_format');
    const problems = validateBlocks(blocks, 'message');
    if (problems.length > 0) return refusal('invalid_blocks', problems.map(slackMessage));
    if (countBlockCharacters(blocks) > limits.messageCharacters) return refusal('msg_blocks_too_long');
  }
  return metadata === undefined ? null : validateMetadata(metadata);
};

/** Why views.open, views.update or views.publish would refuse this view; null if they would not. */
export const validateView = (view: unknown): Refusal | null => {
  if (!isObject(view)) return refusal('invalid_arguments', ['must be an object [json-pointer:/view]']);
  if (view.type !== 'modal' && view.type !== 'home')
    return refusal('invalid_arguments', ['must be a valid enum value [json-pointer:/view/type]']);
  const found = startFindings();
  checkString(found, view.callback_id, '/view/callback_id', { max: limits.callbackId, optional: true });
  checkString(found, view.private_metadata, '/view/private_metadata', {
    max: limits.viewPrivateMetadata,
    optional: true,
  });
  if (view.type === 'modal') checkModal(found, view);
  const problems = [...found.problems, ...validateBlocks(view.blocks, view.type, '/view/blocks')];
  if (problems.length > 0) return refusal('invalid_arguments', problems.map(slackMessage));
  if (Buffer.byteLength(JSON.stringify(view)) > limits.viewBytes) return refusal('view_too_large');
  return null;
};

const checkModal = (found: ReturnType<typeof startFindings>, view: JsonObject): void => {
  checkText(found, view.title, '/view/title', { max: limits.viewTitle, plain: true });
  const hasInput = objectsOf(view.blocks).some((block) => block.type === 'input');
  checkText(found, view.submit, '/view/submit', {
    max: limits.viewTitle,
    plain: true,
    optional: !hasInput,
  });
  checkText(found, view.close, '/view/close', { max: limits.viewTitle, plain: true, optional: true });
};

const validateMetadata = (metadata: unknown): Refusal | null => {
  if (!isObject(metadata)) return refusal('invalid_metadata_format');
  if (Object.keys(metadata).length === 0) return null;
  if (typeof metadata.event_type !== 'string' || !isObject(metadata.event_payload))
    return refusal('invalid_metadata_schema');
  return Buffer.byteLength(JSON.stringify(metadata)) > limits.metadataBytes
    ? refusal('metadata_too_large')
    : null;
};

const refusal = (error: string, messages: readonly string[] = []): Refusal => ({
  error,
  messages: messages.map((message) => `[ERROR] ${message}`),
});
