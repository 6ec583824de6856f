import type { Logger } from 'pino';
import { messageOf } from '../../../lib/errors.ts';
import type { Place } from '../../port.ts';
import type { SlackMessage } from '../messages/blocks.ts';
import { respondTo } from './respond-to.ts';

/** Slack takes a response_url for five uses in half an hour; one is kept for a note on the click. */
const MOST_USES = 4;
const GOOD_FOR_MS = 25 * 60_000;
const MOST_KEPT = 1000;

/** The response_urls of the last clicks on messages. */
export interface ClickUrls {
  /** Keeps the response_url of a click on this message. */
  clicked(place: Place, responseUrl: string): void;
  /** Whether a usable one exists for this message. */
  has(place: Place): boolean;
  /**
   * Changes a message by its response_url, which has no rate limit: whoever clicked sees the result at once, even
   * if many updates wait.
   * @returns false if that is not possible; then use an ordinary update
   */
  change(place: Place, message: SlackMessage): Promise<boolean>;
}

/** @param now time in ms */
export const createClickUrls = (log: Logger, now: () => number = () => performance.now()): ClickUrls => {
  const urls = new Map<string, { readonly url: string; readonly until: number; uses: number }>();
  const keyOf = ({ channel, id }: Place): string => `${channel} ${id}`;
  const find = (place: Place) => {
    const found = urls.get(keyOf(place));
    return found === undefined || found.uses >= MOST_USES || now() > found.until ? null : found;
  };
  return {
    clicked: (place, url) => {
      urls.delete(keyOf(place));
      urls.set(keyOf(place), { url, until: now() + GOOD_FOR_MS, uses: 0 });
      const [oldest] = urls.keys();
      if (urls.size > MOST_KEPT && oldest !== undefined) urls.delete(oldest);
    },
    has: (place) => find(place) !== null,
    change: async (place, message) => {
      const found = find(place);
      if (found === null) return false;
      found.uses += 1;
      try {
        await respondTo(found.url, { replace_original: true, ...message });
        return true;
      } catch (error) {
        urls.delete(keyOf(place));
        log.debug({ error: messageOf(error) }, 'a message could not be changed by the address of its click');
        return false;
      }
    },
  };
};
