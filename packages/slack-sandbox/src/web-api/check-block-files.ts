import { objectsOf } from 'sandbox-kit/json';
import type { Core } from '../core.ts';
import { type BlockFile, filesOf } from '../workspace/block-files.ts';
import { SlackApiError } from './api-error.ts';

/**
 * Refuses blocks that name a missing file or one under scan (Slack needs a moment after the upload, even after
 * files.info shows a mimetype), and block types that a fault refuses.
 */
export const checkBlockFiles = (content: unknown, core: Core): void => {
  const blocks = objectsOf(content);
  const refused = core.faults.state().refuseBlockTypes;
  const types = blocks.flatMap(({ type }, index) =>
    refused.includes(String(type))
      ? [`unsupported type: ${String(type)} [json-pointer:/blocks/${index}/type]`]
      : [],
  );
  const named = filesOf(blocks);
  const fault = named.length > 0 && core.faults.fateOf('slack_file').fate !== null;
  const files = named
    .filter((file) => fault || !isReady(file, core))
    .map(({ pointer }) => `invalid slack file [json-pointer:${pointer}]`);
  const messages = [...types, ...files];
  if (messages.length > 0)
    throw new SlackApiError('invalid_blocks', {
      errors: messages,
      response_metadata: { messages: messages.map((message) => `[ERROR] ${message}`) },
    });
};

const isReady = ({ id }: BlockFile, core: Core): boolean => {
  const file = id === undefined ? undefined : core.workspace.storage.file(id);
  return file?.ready === true && file.mimetype.startsWith('image/');
};
