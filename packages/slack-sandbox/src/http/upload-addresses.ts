import { newSecret } from '../workspace/ids.ts';

/** Addresses from files.getUploadURLExternal, each for one upload. */
export interface Uploads {
  /** The secret part of the upload address of this file. */
  readonly issue: (fileId: string) => string;
  /** The file of an upload address; undefined if the address is used up or unknown. */
  readonly take: (secret: string) => string | undefined;
}

export const createUploads = (): Uploads => {
  const open = new Map<string, string>();
  return {
    issue: (fileId) => {
      const secret = newSecret();
      open.set(secret, fileId);
      return secret;
    },
    take: (secret) => {
      const fileId = open.get(secret);
      open.delete(secret);
      return fileId;
    },
  };
};
