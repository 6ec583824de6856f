import type { BlockAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import { messageOf } from '../../../lib/errors.ts';
import type { ReviewContent } from '../../content/review/review-content.ts';
import { reviewModal, withoutPicture } from '../messages/modals/review-modal.ts';
import type { ListenerContext } from './context.ts';

/** Whether this trigger has opened a form before: the click was delivered twice. */
const openedBefore = (error: unknown): boolean =>
  error instanceof WebAPIPlatformError && error.data.error === 'exchanged_trigger_id';

/** Whether the form came too late: Slack opens one for 3 s after the click or command. */
export const isTooLate = (error: unknown): boolean =>
  error instanceof WebAPIPlatformError && error.data.error === 'expired_trigger_id';

/** Whether Slack refuses the view itself, perhaps for a picture in it. */
const refusesView = (error: unknown): boolean =>
  error instanceof WebAPIPlatformError && error.data.error.startsWith('invalid_');

/** Whether an update came too late: the form is closed or shows a later step. */
const isPast = (error: unknown): boolean =>
  error instanceof WebAPIPlatformError && ['hash_conflict', 'not_found'].includes(error.data.error);

/** Opens a form, on top of the form that was clicked if there is one. */
export const openForm = async (
  client: WebClient,
  body: Pick<BlockAction, 'trigger_id' | 'view'>,
  view: ModalView,
): Promise<void> => {
  const { trigger_id } = body;
  try {
    if (body.view?.type === 'modal') await client.views.push({ trigger_id, view });
    else await client.views.open({ trigger_id, view });
  } catch (error) {
    if (!openedBefore(error)) throw error;
  }
};

/** Opens a review. */
export const openReview = async (
  client: WebClient,
  triggerId: string,
  review: ReviewContent,
): Promise<void> => {
  const open = (content: ReviewContent) =>
    client.views.open({ trigger_id: triggerId, view: reviewModal(content) });
  try {
    await open(review);
  } catch (error) {
    const plainer = withoutPicture(review);
    if (openedBefore(error)) return;
    if (!refusesView(error) || plainer === null) throw error;
    await open(plainer);
  }
};

/** Shows the next step in a review's form, unless it is closed or shows a later step. */
export const updateReview = async (
  client: WebClient,
  { viewId, hash }: { readonly viewId: string; readonly hash: string },
  review: ReviewContent,
  { log }: Pick<ListenerContext, 'log'>,
): Promise<void> => {
  const update = (content: ReviewContent) =>
    client.views.update({ view_id: viewId, hash, view: reviewModal(content) });
  try {
    try {
      await update(review);
    } catch (error) {
      const plainer = withoutPicture(review);
      if (!refusesView(error) || plainer === null) throw error;
      await update(plainer);
    }
  } catch (error) {
    if (!isPast(error)) throw error;
    log.debug({ error: messageOf(error) }, 'an outdated step of a review was not shown');
  }
};
