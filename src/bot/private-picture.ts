import { messageOf } from '../lib/errors.ts';
import { fileIdOf } from '../store/chat/uploads.ts';
import type { BotContext } from './bot-context.ts';
import type { PrivatePicture } from './content/picture.ts';
import type { Person } from './port.ts';
import type { Picture } from './uploads.ts';

const PICTURE_WAIT_MS = 8000;

type Context = Pick<BotContext, 'db' | 'chat' | 'uploads' | 'pictures' | 'log'>;

/**
 * A picture for a private answer: the one in the channel if the chat can show it there, else sent to the person.
 * Posts nothing in the channel.
 * @param words the sentence before a sent picture
 */
export const privatePicture = async (
  { db, chat, uploads, log }: Context,
  person: Pick<Person, 'id'>,
  picture: Picture,
  words: string,
): Promise<PrivatePicture> => {
  await uploads.want(picture, PICTURE_WAIT_MS, () => undefined);
  const id = await fileIdOf(db, picture.key);
  if (id !== null && (await chat.shows(id))) return { kind: 'shown', id };
  try {
    const { bytes } = await picture.draw();
    await chat.sendFile(person.id, { filename: picture.filename, bytes }, words);
    return { kind: 'sent' };
  } catch (error) {
    log.warn({ picture: picture.key, error: messageOf(error) }, 'a picture was not sent to whoever asked');
    return { kind: 'none' };
  }
};
