import type { Chat } from '../port.ts';

type Guard = () => Promise<void>;

/**
 * A chat that sends nothing while this process may not: the guard is awaited before every call that somebody could
 * see. Of several services on a store one posts, and one that lost its lead unawares (it hung, its machine slept)
 * must not send what it was about to.
 * @param guard throws where nothing may be sent; without it everything may
 */
export const guardedChat = (chat: Chat, guard: Guard | undefined): Chat => {
  if (guard === undefined) return chat;
  const guarded =
    <A extends readonly unknown[], R>(call: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      await guard();
      return call(...given);
    };
  return {
    ...chat,
    post: guarded(chat.post),
    update: guarded(chat.update),
    remove: guarded(chat.remove),
    tell: guarded(chat.tell),
    sendFile: guarded(chat.sendFile),
    upload: guarded(chat.upload),
    showHome: chat.showHome === null ? null : guarded(chat.showHome),
  };
};
