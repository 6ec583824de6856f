import type { Core } from '../core.ts';
import { isObject, objectsOf } from '../json.ts';
import { SlackApiError } from './api-error.ts';

/**
 * Refuses blocks that name a file which is not there or not yet looked at (Slack needs a moment after the
 * upload: until files.info shows a mimetype), and the block types that a fault refuses.
 */
export const checkBlockFiles = (blocks: unknown, core: Core): void => {
  const messages: string[] = [];
  const refused = core.faults.state().refuseBlockTypes;
  for (const [index, block] of objectsOf(blocks).entries()) {
    if (refused.includes(String(block.type)))
      messages.push(`unsupported type: ${String(block.type)} [json-pointer:/blocks/${index}/type]`);
    const images = [
      { image: block, pointer: '' },
      { image: block.accessory, pointer: '/accessory' },
      ...objectsOf(block.elements).map((image, at) => ({ image, pointer: `/elements/${at}` })),
    ];
    for (const { image, pointer } of images) {
      const file = isObject(image) ? image.slack_file : undefined;
      if (isObject(file) && !isReady(file, core))
        messages.push(`invalid slack file [json-pointer:/blocks/${index}${pointer}/slack_file]`);
    }
  }
  if (messages.length > 0)
    throw new SlackApiError('invalid_blocks', {
      errors: messages,
      response_metadata: { messages: messages.map((message) => `[ERROR] ${message}`) },
    });
};

const isReady = (reference: Record<string, unknown>, core: Core): boolean => {
  const id = reference.id ?? String(reference.url).split('/').at(-1);
  const file = typeof id === 'string' ? core.workspace.storage.file(id) : undefined;
  return file?.completed === true && file.mimetype.startsWith('image/');
};
