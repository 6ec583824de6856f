import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import type { Sandbox } from 'slack-sandbox';

const plain = (text: string) => ({ type: 'plain_text' as const, text, emoji: true });
const mrkdwn = (text: string) => ({ type: 'mrkdwn' as const, text });

/** A card as a labelling bot would post it: what is known, a picture, links, and how to answer. */
export const labellingCard = (name: string, pictureId: string, answer?: { text: string; by: string }) => [
  {
    type: 'section' as const,
    text: mrkdwn(
      `*<https://lasair-ztf.lsst.ac.uk/objects/${name}|${name}>*  ·  P(galactic) *0.52*  ·  _uncertain_\nRA 218.47201  Dec +11.93410  ·  b = −8.1°`,
    ),
  },
  {
    type: 'section' as const,
    fields: [mrkdwn('*Host*\n3.1″, SDSS galaxy'), mrkdwn('*Sherlock*\nSN &lt;z=0.03&gt; &amp; bright')],
  },
  { type: 'image' as const, slack_file: { id: pictureId }, alt_text: `Stamps and light curve of ${name}` },
  {
    type: 'context' as const,
    elements: [mrkdwn('<https://fink-portal.org|Fink> · <https://www.wis-tns.org|TNS> :star:')],
  },
  answer === undefined
    ? {
        type: 'actions' as const,
        elements: [
          ...[
            ['galactic', 'Galactic'],
            ['not_galactic', 'Not galactic'],
            ['skip', 'Skip'],
          ].map(([id, text]) => ({
            type: 'button' as const,
            action_id: `answer_${id}`,
            value: name,
            text: plain(text ?? ''),
          })),
          {
            type: 'static_select' as const,
            action_id: 'answer_finer',
            placeholder: plain('More…'),
            options: [{ text: plain('AGN'), value: 'agn' }],
          },
        ],
      }
    : {
        type: 'section' as const,
        text: mrkdwn(`:white_check_mark: *${answer.text}*, says <@${answer.by}>`),
        accessory: { type: 'button' as const, action_id: 'undo_answer', value: name, text: plain('Undo') },
      },
];

const relabel = {
  type: 'modal' as const,
  callback_id: 'relabel',
  title: plain('Relabel'),
  submit: plain('Save'),
  blocks: [
    {
      type: 'input' as const,
      block_id: 'why',
      label: plain('Why'),
      element: { type: 'plain_text_input' as const, action_id: 'why' },
    },
  ],
};

/** What a labelling bot does with clicks, commands, modals and the Home tab; without any memory of its own. */
export const registerLabelling = (app: App, sandbox: Sandbox, pictureId: () => string): void => {
  app.action<BlockAction<ButtonAction>>(
    /^(answer_(galactic|not_galactic|skip)|undo_answer)$/,
    async ({ ack, action, body, client }) => {
      await ack();
      if (body.message === undefined) return;
      const answer = { text: action.action_id.replace('answer_', ''), by: body.user.id };
      await client.chat.update({
        channel: sandbox.channel,
        ts: body.message.ts,
        text: String(action.value),
        blocks: labellingCard(
          String(action.value),
          pictureId(),
          action.action_id === 'undo_answer' ? undefined : answer,
        ),
      });
    },
  );
  app.command('/finkvra', async ({ ack, command, client, body }) => {
    if (command.text !== 'relabel') return ack(`Status: all well, <@${command.user_id}>`);
    await ack();
    await client.views.open({ trigger_id: body.trigger_id, view: relabel });
  });
  app.view('relabel', async ({ ack, view }) => {
    const why = view.state.values.why?.why?.value;
    await (why === 'no' ? ack({ response_action: 'errors', errors: { why: 'Say more.' } }) : ack());
  });
  app.event('app_home_opened', async ({ event, client }) => {
    await client.views.publish({
      user_id: event.user,
      view: { type: 'home', blocks: [{ type: 'header', text: plain('Your labels') }] },
    });
  });
};
