import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, EmbedBuilder, Events, type Interaction } from 'discord.js';
import type { DiscordSandbox } from 'discord-sandbox';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { button, post, row } from './api.ts';
import { startClient, startRoomyDiscord } from './discord-client.ts';

/** Where the pictures of the page are kept for people to look at; nowhere unless asked for. */
const screenshots = process.env.FINKVRA_SCREENSHOTS;

const finer = row({
  type: 3,
  custom_id: 'finer',
  placeholder: 'A finer answer',
  options: [
    { label: 'AGN', value: 'agn' },
    { label: 'Bogus', value: 'bogus' },
  ],
});

const show = {
  name: 'finkvra',
  description: 'Rounds, labels and the model',
  options: [
    {
      type: 1,
      name: 'show',
      description: 'One object',
      options: [{ type: 3, name: 'object', description: 'Its id', required: true, autocomplete: true }],
    },
  ],
};

const answer = async (interaction: Interaction): Promise<void> => {
  if (interaction.isAutocomplete()) await interaction.respond([{ name: 'ZTF20aaa', value: 'ZTF20aaa' }]);
  else if (interaction.isChatInputCommand())
    await interaction.reply({
      embeds: [new EmbedBuilder().setDescription(`**${interaction.options.getString('object')}** is here`)],
      flags: 'Ephemeral',
    });
  else if (interaction.isStringSelectMenu())
    await interaction.update({ content: `labelled ${interaction.values[0]}`, components: [] });
  else if (interaction.isButton() && interaction.customId === 'comment')
    await interaction.showModal({
      custom_id: 'comment',
      title: 'Comment',
      components: [
        { type: 1, components: [{ type: 4, custom_id: 'text', style: 2, label: 'What decided it' }] },
      ],
    });
  else if (interaction.isModalSubmit() && interaction.isFromMessage())
    await interaction.update({ content: `comment: ${interaction.fields.getTextInputValue('text')}` });
  else if (interaction.isButton()) await interaction.update({ content: 'labelled galactic', components: [] });
};

describe('the Discord sandbox’s page in a browser', () => {
  let browser: Browser;
  let sandbox: DiscordSandbox;
  let client: Client<true>;
  let page: Page;
  const complaints: string[] = [];

  const card = (name: string) => page.locator('.message', { hasText: name });
  const keep = async (name: string): Promise<void> => {
    if (screenshots === undefined) return;
    mkdirSync(screenshots, { recursive: true });
    await page.screenshot({ path: join(screenshots, `discord-${name}.png`) });
  };

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
    });
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    complaints.length = 0;
    sandbox = await startRoomyDiscord({ bannerText: 'Simulated alerts' });
    client = await startClient(sandbox, (one) => one.on(Events.InteractionCreate, answer));
    await client.application.commands.set([show], sandbox.guild);
    for (const name of ['ZTF20aaa', 'ZTF20bbb'])
      await post(sandbox, {
        embeds: [{ title: name, description: '**b** = -12.1° · [Fink](https://ztf.fink-portal.org)' }],
        components: [row(button('galactic'), button('comment')), finer],
      });
    page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.setDefaultTimeout(10_000);
    await page.goto(sandbox.url);
    await page.locator('.message').first().waitFor();
  });
  afterEach(async () => {
    await page.close();
    await client.destroy();
    await sandbox.stop();
    expect(complaints).toEqual([]);
  });

  it('shows cards, takes a click and a choice, and shows what became of them', async () => {
    await expect.poll(() => page.getByRole('status').innerText()).toBe('Finkvra is online');
    expect(await page.getByRole('note').innerText()).toBe('Simulated alerts');
    await keep('cards');
    await card('ZTF20aaa').getByRole('button', { name: 'galactic' }).click();
    await card('ZTF20aaa').getByText('labelled galactic').waitFor();
    await card('ZTF20bbb').getByLabel('A finer answer').selectOption('bogus');
    await card('ZTF20bbb').getByText('labelled bogus').waitFor();
    expect(await page.locator('.components').count()).toBe(0);
  });

  it('suggests commands and their options, and answers one person alone', async () => {
    const line = page.getByLabel('Message #finkvra');
    await line.fill('/fink');
    await line.press('Tab');
    expect(await line.inputValue()).toBe('/finkvra show ');
    await line.pressSequentially('ZTF');
    await page.getByRole('button', { name: 'ZTF20aaa', exact: true }).click();
    await keep('suggestions');
    await line.press('Enter');
    await page.getByText('is here').waitFor();
    await keep('private');
    await page.getByLabel('You are').selectOption(sandbox.users.chandra);
    await expect.poll(() => page.getByText('is here').count()).toBe(0);
    await page.getByLabel('You are').selectOption(sandbox.users.vera);
    await page.getByRole('button', { name: 'Dismiss message' }).click();
    await expect.poll(() => page.getByText('is here').count()).toBe(0);
  });

  it('opens a modal, keeps it until it is filled in, and submits it', async () => {
    await card('ZTF20aaa').getByRole('button', { name: 'comment' }).click();
    const modal = page.getByRole('dialog', { name: 'Comment' });
    await modal.getByLabel('What decided it').fill('periodic');
    await keep('modal');
    await modal.getByRole('button', { name: 'Submit' }).click();
    await card('ZTF20aaa').getByText('comment: periodic').waitFor();
    expect(await modal.count()).toBe(0);
    await card('ZTF20bbb').getByRole('button', { name: 'comment' }).click();
    await modal.waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => modal.count()).toBe(0);
  });

  it('opens threads, and fits a phone in the dark', async () => {
    const [first] = sandbox.messages();
    const { rest } = client;
    await rest.post(`/channels/${sandbox.channel}/messages/${first?.id}/threads`, {
      body: { name: 'Round 1' },
    });
    await rest.post(`/channels/${first?.id}/messages`, { body: { content: 'in the thread' } });
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 800 });
    await page.getByRole('button', { name: 'Round 1 · 1 message' }).click();
    await page.getByText('in the thread').waitFor();
    await keep('phone-thread');
    await page.getByRole('button', { name: 'Back to the channel' }).click();
    await card('ZTF20bbb').waitFor();
    await keep('phone');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
  });

  it('makes things go wrong for whoever wants to see how the app takes them', async () => {
    await page.getByText('What can go wrong').click();
    await keep('faults');
    await page.getByRole('button', { name: 'Limit the next 3 posts' }).click();
    await expect
      .poll(async () => (await sandbox.faults.state()).calls)
      .toMatchObject([{ method: 'create-message', calls: 3 }]);
    await page.getByRole('button', { name: 'All well again' }).click();
    await expect.poll(async () => (await sandbox.faults.state()).calls).toEqual([]);
    const resumed = new Promise((resolve) => client.once(Events.ShardResume, resolve));
    await page.getByRole('button', { name: 'Drop the Gateway' }).click();
    await resumed;
  });

  it('says that the app is away, and that a click was not answered', async () => {
    await client.destroy();
    await expect.poll(() => page.getByRole('status').innerText()).toBe('Finkvra is offline');
    await card('ZTF20aaa').getByRole('button', { name: 'galactic' }).click();
    await card('ZTF20aaa').getByRole('alert').waitFor();
  });
});
