import { newSecret } from './workspace/ids.ts';

/** The addresses that files.getUploadURLExternal gave out, each good for one upload. */
export interface Uploads {
  /** The secret part of the upload address of this file. */
  readonly issue: (fileId: string) => string;
  /** The file that an upload to this address is for; undefined where the address is spent or made up. */
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
