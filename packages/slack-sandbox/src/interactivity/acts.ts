import type { ActResult, Place } from '../controls.ts';
import type { Core } from '../core.ts';
import { ids } from '../workspace/ids.ts';
import type { Member } from '../workspace/types.ts';
import type { Delivery } from './envelopes.ts';
import type { View } from './open-views.ts';

/** An impossible action, such as a press of a button that is not there. */
export class ImpossibleAct extends Error {
  override name = 'ImpossibleAct';
}

export const memberOf = (user: string, core: Core): Member => {
  const member = core.workspace.member(user);
  if (member === undefined) throw new ImpossibleAct(`the workspace has no member ${user}`);
  return member;
};

export const resultOf = (delivery: Delivery): ActResult => ({
  outcome: delivery.outcome,
  ms: delivery.ms,
  ...(delivery.outcome === 'acknowledged' ? { response: delivery.payload } : {}),
});

/** Why the app did not answer, as Slack tells the person. */
export const explain = (delivery: Delivery): string =>
  delivery.outcome === 'timeout'
    ? 'The app did not answer within 3 seconds.'
    : 'The app is not connected. Start it, or wait a moment while it reconnects.';

/** A person's open modal (by id, or the top one) or Home tab (`home`). */
export const findView = (user: string, which: string, core: Core): View => {
  const stack = core.views.stack(user);
  const home = core.views.home(user);
  const view =
    which === 'home' || which === home?.id
      ? home
      : which === 'top'
        ? stack.at(-1)
        : stack.find(({ id }) => id === which);
  if (view === undefined) throw new ImpossibleAct(`${user} has no view "${which}" open`);
  return view;
};

/** The address of a response_url by its secret part. */
export const responseUrlOf = (core: Core, secret: string): string => `${core.baseUrl()}/response/${secret}`;

/** A channel's name in payloads. */
export const channelName = (channel: string, core: Core): string =>
  core.workspace.channel(channel)?.name ?? 'directmessage';

/** Pictures at a place that people cannot see; see `placeholders` in start-sandbox.ts. */
export const placeholdersAt = (
  { user = '', ts, channel = ids.channel, view }: Partial<Place>,
  core: Core,
): readonly string[] => {
  if (view !== undefined) return findView(user, view, core).placeholders;
  const message = core.workspace.storage.message(channel, ts ?? '');
  if (message === undefined) throw new ImpossibleAct(`there is no message ${ts ?? ''} in ${channel}`);
  return message.placeholders ?? [];
};
