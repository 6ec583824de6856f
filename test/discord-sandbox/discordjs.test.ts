import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  type Client,
  EmbedBuilder,
  Events,
  LabelBuilder,
  ModalBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import type { DiscordSandbox } from 'discord-sandbox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mainChannel, startClient, startRoomyDiscord } from './discord-client.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const buttons = (...ids: string[]) =>
  new ActionRowBuilder<ButtonBuilder>().addComponents(
    ids.map((id) => new ButtonBuilder().setCustomId(id).setLabel(id).setStyle(ButtonStyle.Primary)),
  );

const relabel = new ModalBuilder()
  .setCustomId('relabel:7')
  .setTitle('Relabel')
  .addLabelComponents(
    new LabelBuilder().setLabel('Label').setStringSelectMenuComponent(
      new StringSelectMenuBuilder().setCustomId('label').addOptions([
        { label: 'Galactic', value: 'galactic' },
        { label: 'Not galactic', value: 'not_galactic' },
      ]),
    ),
    new LabelBuilder()
      .setLabel('Why')
      .setTextInputComponent(
        new TextInputBuilder().setCustomId('why').setStyle(TextInputStyle.Paragraph).setRequired(false),
      ),
  );

describe('an unmodified discord.js bot in the sandbox', () => {
  let sandbox: DiscordSandbox;
  let client: Client<true> | undefined;
  beforeEach(async () => {
    sandbox = await startRoomyDiscord();
  });
  afterEach(async () => {
    await client?.destroy();
    client = undefined;
    await sandbox.stop();
  });

  it('posts a card with a picture and buttons, and redraws it at a click', async () => {
    client = await startClient(sandbox, (one) => {
      one.on(Events.InteractionCreate, async (interaction) => {
        if (!interaction.isButton()) return;
        await interaction.update({ content: `${interaction.user.displayName} said ${interaction.customId}` });
      });
    });
    const channel = await mainChannel(client, sandbox);
    const embed = new EmbedBuilder().setTitle('ZTF17aaaaaaa').setImage('attachment://card.png');
    const posted = await channel.send({
      embeds: [embed],
      files: [{ attachment: png, name: 'card.png', description: 'light curve' }],
      components: [buttons('galactic', 'not_galactic')],
    });
    expect(posted.attachments.size).toBe(0);
    const shown = await fetch(posted.embeds[0]?.image?.url ?? '');
    expect(Buffer.from(await shown.arrayBuffer())).toEqual(png);

    const result = await sandbox.act.click({
      user: sandbox.users.vera,
      message: posted.id,
      customId: 'galactic',
    });
    expect(result).toMatchObject({ outcome: 'answered', response: 7 });
    const [card] = sandbox.messages();
    expect(card?.content).toBe('Vera Rubin said galactic');
    expect(card?.attachments.map(({ filename }) => filename)).toEqual(['card.png']);
  });

  it('keeps a picture through edits, and shows it twice where an edit names it by its address', async () => {
    client = await startClient(sandbox);
    const channel = await mainChannel(client, sandbox);
    const embed = new EmbedBuilder().setTitle('ZTF17aaaaaaa').setImage('attachment://card.png');
    const posted = await channel.send({ embeds: [embed], files: [{ attachment: png, name: 'card.png' }] });
    const address = posted.embeds[0]?.image?.url ?? '';
    const drawn = await posted.edit({ embeds: [embed.setTitle('labelled')] });
    expect([drawn.attachments.size, drawn.embeds[0]?.image?.url]).toEqual([0, address]);
    const twice = await posted.edit({ embeds: [embed.setImage(address)] });
    expect(twice.attachments.size).toBe(1);
    const gone = await posted.edit({ content: 'text', embeds: [], attachments: [] });
    expect(gone.attachments.size).toBe(0);
    expect(sandbox.messages()[0]?.attachments).toEqual([]);
  });

  it('answers a command privately, suggests its options and takes a modal', async () => {
    client = await startClient(sandbox, (one) => {
      one.on(Events.InteractionCreate, async (interaction) => {
        if (interaction.isAutocomplete())
          await interaction.respond([{ name: 'ZTF17aaaaaaa', value: 'ZTF17aaaaaaa' }]);
        else if (interaction.isChatInputCommand())
          await interaction.reply({
            content: `shown: ${interaction.options.getString('object', true)}`,
            flags: 'Ephemeral',
            components: [buttons('relabel')],
          });
        else if (interaction.isButton()) await interaction.showModal(relabel);
        else if (interaction.isModalSubmit()) {
          const label = interaction.fields.getStringSelectValues('label').join();
          const why = interaction.fields.getTextInputValue('why');
          if (interaction.isFromMessage())
            await interaction.update({ content: `${label}: ${why}`, components: [] });
        }
      });
    });
    await client.application.commands.set(
      [
        {
          name: 'finkvra',
          description: 'Rounds, labels and the model',
          options: [
            {
              type: 1,
              name: 'show',
              description: 'One object',
              options: [
                { type: 3, name: 'object', description: 'Its id', required: true, autocomplete: true },
              ],
            },
          ],
        },
      ],
      sandbox.guild,
    );
    const { vera, chandra } = sandbox.users;
    const suggested = await sandbox.act.autocomplete({
      user: vera,
      command: 'finkvra show',
      options: { object: 'ZTF' },
      focused: 'object',
    });
    expect(suggested).toEqual([{ name: 'ZTF17aaaaaaa', value: 'ZTF17aaaaaaa' }]);
    const { message } = await sandbox.act.command({
      user: vera,
      command: 'finkvra show',
      options: { object: 'ZTF17aaaaaaa' },
    });
    expect(message?.content).toBe('shown: ZTF17aaaaaaa');
    expect(sandbox.ephemerals(vera)).toHaveLength(1);
    expect(sandbox.ephemerals(chandra)).toEqual([]);
    expect(sandbox.messages()).toEqual([]);

    await sandbox.act.click({ user: vera, message: message?.id ?? '', customId: 'relabel' });
    expect(sandbox.modal(vera)?.title).toBe('Relabel');
    await sandbox.act.submit({ user: vera, values: { label: 'galactic', why: 'periodic' } });
    expect(sandbox.modal(vera)).toBeUndefined();
    expect(sandbox.ephemerals(vera)[0]?.content).toBe('galactic: periodic');
  });
});
