import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../lib/errors.ts';
import type { Reply } from '../../content/said.ts';
import type { Sendable } from '../attachments.ts';
import { relabelForm } from '../messages/forms.ts';
import { guidelinesMessage, homeMessage } from '../messages/home-message.ts';
import type { DiscordMessage } from '../messages/message.ts';
import { replyMessage } from '../messages/reply-message.ts';
import type { InteractionContext, Taken } from './context.ts';

/** After this time a command is answered with "thinking …", which its answer then replaces. */
const DEFER_AFTER_MS = 1_800;

const FAILED: Reply = {
  kind: 'text',
  text: 'This did not work; the service’s log says why. Trying again may help.',
};

type Answer = { readonly message: DiscordMessage; readonly reply: Reply | null };

/** Runs a subcommand of `/finkvra`; two of them exist only on Discord. */
const answerTo = async (text: string, { person }: Taken, context: InteractionContext): Promise<Answer> => {
  const { incoming, rights } = context;
  switch (text) {
    case 'home':
      return { message: homeMessage(await incoming.page(person), rights()), reply: null };
    case 'guidelines':
      return { message: guidelinesMessage(incoming.guidelines()), reply: null };
    default: {
      const reply = await incoming.word({ person, text });
      return { message: replyMessage(reply, rights()), reply };
    }
  }
};

/** Answers a command privately: at once if possible, else in two steps. */
export const answerWord = async (text: string, taken: Taken, context: InteractionContext): Promise<void> => {
  const { responder, replayed } = taken;
  const { attachments, log, rights } = context;
  const ready = ({ message, reply }: Answer): Sendable =>
    attachments.toPost(message, reply?.kind === 'file' ? reply.file : undefined);
  // A command from before the restart runs only if its person still waits for the answer.
  let deferred = replayed;
  if (replayed) {
    try {
      await responder.deferReply();
    } catch (error) {
      log.info({ word: text, error: messageOf(error) }, 'a command that came too late was not run');
      return;
    }
  }
  const work = answerTo(text, taken, context).catch((error: unknown): Answer => {
    log.error({ word: text, error: messageOf(error) }, 'a command failed');
    return { message: replyMessage(FAILED, rights()), reply: FAILED };
  });
  const early = deferred ? null : await Promise.race([work, sleep(DEFER_AFTER_MS, null, { ref: false })]);
  try {
    if (early === null) {
      if (!deferred) await responder.deferReply();
      deferred = true;
      await responder.edit(ready(await work));
    } else if (early.reply?.kind === 'relabel') {
      await responder.openForm(relabelForm(early.reply.label, early.reply.modelType));
    } else {
      await responder.reply(ready(early));
    }
  } catch (error) {
    log.warn({ word: text, error: messageOf(error) }, 'a command could not be answered');
  }
};
