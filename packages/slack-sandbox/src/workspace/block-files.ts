import { isObject, type JsonObject, objectsOf } from 'sandbox-kit/json';

/** A picture of a block that is an uploaded file. */
export interface BlockFile {
  /** The file's id; undefined where the reference names none. */
  readonly id: string | undefined;
  /** Where it stands, e.g. `/blocks/2/slack_file`. */
  readonly pointer: string;
}

/** The uploaded files that these blocks name: image blocks, accessories and pictures beside context text. */
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
