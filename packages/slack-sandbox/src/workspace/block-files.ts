import { isObject, type JsonObject, objectsOf } from 'sandbox-kit/json';

/** An uploaded file used as a picture in a block. */
export interface BlockFile {
  /** The file's id; undefined if the reference has none. */
  readonly id: string | undefined;
  /** Its place, such as `/blocks/2/slack_file`. */
  readonly pointer: string;
}

/** Uploaded files in these blocks: image blocks, accessories, and pictures in context blocks. */
export const filesOf = (blocks: readonly JsonObject[]): BlockFile[] =>
  blocks.flatMap((block, index) =>
    [
      { image: block, at: '' },
      { image: block.accessory, at: '/accessory' },
      ...objectsOf(block.elements).map((image, place) => ({ image, at: `/elements/${place}` })),
    ].flatMap(({ image, at }) => {
      const file = isObject(image) ? image.slack_file : undefined;
      if (!isObject(file)) return [];
      const id = file.id ?? String(file.url).split('/').at(-1);
      return [{ id: typeof id === 'string' ? id : undefined, pointer: `/blocks/${index}${at}/slack_file` }];
    }),
  );
