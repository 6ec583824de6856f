import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '@slack/bolt';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { Sandbox } from 'slack-sandbox';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startRoomySandbox } from '../helpers/sandbox.ts';
import { startBoltApp, until } from './bolt-app.ts';
import { labellingCard, registerLabelling } from './labelling-app.ts';

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where the pictures of the page are kept for people to look at; nowhere unless asked for. */
const screenshots = process.env.FINKVRA_SCREENSHOTS;

const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('the sandbox’s page in a browser', () => {
  let browser: Browser;
  let sandbox: Sandbox;
  let app: App;
  let stopApp: () => Promise<void>;
  let page: Page;
  let pictureId: string;
  const complaints: string[] = [];

  const names = ['ZTF20aaa', 'ZTF20bbb', 'ZTF20ccc'];
  const card = (name: string) => page.locator('.message', { hasText: name });
  const button = (name: string, answer: string) => card(name).locator(`[data-action-id=answer_${answer}]`);
  const open = async (options: BrowserContextOptions = {}): Promise<Page> => {
    const opened = await browser.newPage({ viewport: { width: 1280, height: 860 }, ...options });
    opened.on('pageerror', (error) => complaints.push(error.message));
    opened.on('console', (message) => {
      if (message.type() === 'error' && !/ERR_|Failed to load/.test(message.text()))
        complaints.push(message.text());
    });
    opened.setDefaultTimeout(10_000);
    await opened.goto(sandbox.url);
    await opened.locator('.message').first().waitFor();
    return opened;
  };
  const keep = async (name: string, of = page): Promise<void> => {
    if (screenshots === undefined) return;
    mkdirSync(screenshots, { recursive: true });
    await of.screenshot({ path: join(screenshots, `${name}.png`) });
  };

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: flags,
    });
  });
  afterAll(async () => {
    await browser.close();
  });

  beforeEach(async () => {
    complaints.length = 0;
    sandbox = await startRoomySandbox({
      bannerText: 'Simulated alerts: nothing here is real sky',
      truth: ({ event_payload }) => (event_payload.round === 1 ? 'answer_galactic' : null),
    });
    ({ app, stop: stopApp } = await startBoltApp(
      sandbox,
      (it) => registerLabelling(it, sandbox, () => pictureId),
      2,
    ));
    const upload = await app.client.files.getUploadURLExternal({
      filename: 'a.png',
      length: onePixel.length,
    });
    pictureId = String(upload.file_id);
    await fetch(String(upload.upload_url), { method: 'POST', body: onePixel });
    await app.client.files.completeUploadExternal({ files: [{ id: pictureId, title: 'card' }] });
    await sleep(250);
    await app.client.chat.postMessage({
      channel: sandbox.channel,
      text: 'Round 1',
      blocks: [{ type: 'header', text: { type: 'plain_text', text: 'Round 1' } }],
    });
    for (const name of names)
      await app.client.chat.postMessage({
        channel: sandbox.channel,
        text: name,
        blocks: labellingCard(name, pictureId),
        metadata: { event_type: 'candidate', event_payload: { round: 1, candid: name } },
      });
    page = await open();
  });
  afterEach(async () => {
    await page.context().close();
    await stopApp();
    await sandbox.stop();
    expect(complaints).toEqual([]);
  });

  it('shows the cards as Slack would, with links, fields, picture and emoji', async () => {
    const first = card('ZTF20aaa');
    expect(await first.locator('a', { hasText: 'ZTF20aaa' }).getAttribute('href')).toBe(
      'https://lasair-ztf.lsst.ac.uk/objects/ZTF20aaa',
    );
    expect(await first.innerText()).toContain('SN <z=0.03> & bright');
    expect(await first.innerText()).toContain('⭐');
    const picture = first.getByAltText('Stamps and light curve of ZTF20aaa');
    await until(
      () => picture.evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth === 1),
      'the picture',
    );
    expect(await page.getByText('Simulated alerts: nothing here is real sky').isVisible()).toBe(true);
    expect(await page.title()).toBe('(3) #finkvra · Finkvra sandbox');
    await keep('channel');
  });

  it('labels a round by mouse, live, as two people', async () => {
    const cecilia = await open();
    await cecilia.locator('[data-user=U0CECILIA]').click();
    await button('ZTF20aaa', 'galactic').click();
    await card('ZTF20aaa').getByText('says @Vera Rubin').waitFor();
    await cecilia.getByText('says @Vera Rubin').waitFor();
    await cecilia
      .locator('.message', { hasText: 'ZTF20bbb' })
      .locator('[data-action-id=answer_skip]')
      .click();
    await card('ZTF20bbb').getByText('says @Cecilia Payne-Gaposchkin').waitFor();
    await card('ZTF20bbb').locator('[data-action-id=undo_answer]').click();
    await button('ZTF20bbb', 'not_galactic').click();
    await card('ZTF20bbb').getByText('not_galactic').waitFor();
    await until(async () => (await page.title()).startsWith('(1)'), 'the count in the title');
    await cecilia.close();
  });

  it('labels a round by keyboard', async () => {
    await page.keyboard.press('j');
    await page.locator('.focused', { hasText: 'ZTF20aaa' }).waitFor();
    await keep('keyboard');
    await page.keyboard.press('g');
    await page.locator('.focused', { hasText: 'ZTF20bbb' }).waitFor();
    await page.keyboard.press('n');
    await page.locator('.focused', { hasText: 'ZTF20ccc' }).waitFor();
    await page.keyboard.press('k');
    await page.locator('.focused', { hasText: 'ZTF20bbb' }).waitFor();
    await card('ZTF20bbb').getByText('not_galactic').waitFor();
    await page.keyboard.press('u');
    await button('ZTF20bbb', 'galactic').waitFor();
    await page.keyboard.press('s');
    await card('ZTF20bbb').getByText('skip').waitFor();
    await page.locator('.focused', { hasText: 'ZTF20ccc' }).waitFor();
    await page.keyboard.press('g');
    await card('ZTF20ccc').getByText('says @Vera Rubin').waitFor();
    expect(await page.title()).toBe('#finkvra · Finkvra sandbox');
    await page.keyboard.press('?');
    await page.locator('dialog[open]').waitFor();
    // Letters that are typed are text, not answers.
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type('u and s');
    expect(await page.locator('textarea[name=message]').inputValue()).toBe('u and s');
  });

  it('shows the picture and the buttons of a card that is taller than the window', async () => {
    const upload = await app.client.files.getUploadURLExternal({ filename: 'b.png', length: 1 });
    const tall = await page.screenshot({ clip: { x: 0, y: 0, width: 600, height: 700 } });
    await fetch(String(upload.upload_url), { method: 'POST', body: new Uint8Array(tall) });
    const id = String(upload.file_id);
    await app.client.files.completeUploadExternal({ files: [{ id, title: 'tall' }] });
    await sleep(250);
    const facts = Array.from({ length: 14 }, (_, line) => `fact ${line}`).join('\n');
    for (const name of ['tall 1', 'tall 2']) {
      const [, ...rest] = labellingCard(name, id);
      const text = { type: 'mrkdwn' as const, text: `*${name}*\n${facts}` };
      const blocks = [{ type: 'section' as const, text }, ...rest];
      const metadata = { event_type: 'candidate', event_payload: { round: 1, candid: name } };
      await app.client.chat.postMessage({ channel: sandbox.channel, text: name, blocks, metadata });
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    const picture = card('tall 1').locator('img[alt]');
    await picture.waitFor();
    for (let press = 0; press < 4; press += 1) await page.keyboard.press('j');
    const list = await page.locator('.message-list').boundingBox();
    const bottom = (list?.y ?? 0) + (list?.height ?? 0);
    for (const part of [picture, button('tall 1', 'galactic')]) {
      await until(async () => {
        const box = await part.boundingBox();
        return box !== null && list !== null && box.y >= list.y && box.y + box.height <= bottom;
      }, 'the part in view');
    }
    expect((await picture.boundingBox())?.height).toBeLessThanOrEqual(400);
  });

  it('draws a placeholder where nobody shared the picture', async () => {
    const { ts = '' } = await app.client.chat.postMessage({ channel: sandbox.channel, text: 'late' });
    const upload = await app.client.files.getUploadURLExternal({ filename: 'c.png', length: 1 });
    await fetch(String(upload.upload_url), { method: 'POST', body: onePixel });
    const id = String(upload.file_id);
    await app.client.files.completeUploadExternal({ files: [{ id, title: 'late' }] });
    await sleep(250);
    const blocks = [{ type: 'image' as const, slack_file: { id }, alt_text: 'the late picture' }];
    await app.client.chat.update({ channel: sandbox.channel, ts, text: 'late', blocks });
    const picture = page.getByAltText('the late picture');
    await picture.waitFor();
    expect(await picture.getAttribute('src')).toContain('shared');
    await app.client.chat.postMessage({ channel: sandbox.channel, thread_ts: ts, text: 'it', blocks });
    await app.client.chat.update({ channel: sandbox.channel, ts, text: 'late', blocks });
    await until(async () => (await picture.getAttribute('src')) === `/files/${id}`, 'the picture');
  });

  it('suggests and answers commands, privately', async () => {
    await page.locator('textarea[name=message]').fill('/fin');
    await page.getByRole('list', { name: 'Commands' }).getByText('/finkvra').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('status');
    await page.keyboard.press('Enter');
    const note = page.locator('[data-ephemeral]');
    await note.getByText('Status: all well, @Vera Rubin').waitFor();
    expect(await note.innerText()).toContain('Only visible to you');
    await keep('command');
    await page.locator('select[name=user]').selectOption('U0CECILIA');
    await page.locator('[data-user=U0CECILIA][aria-checked=true]').waitFor();
    expect(await note.count()).toBe(0);
  });

  it('fills in a modal, sees the app’s error, and closes', async () => {
    await page.locator('textarea[name=message]').fill('/finkvra relabel');
    await page.keyboard.press('Enter');
    const dialog = page.locator('dialog[open]');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Please complete this required field.').waitFor();
    await dialog.locator('[data-action-id=why]').fill('no');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Say more.').waitFor();
    await keep('modal');
    await dialog.locator('[data-action-id=why]').fill('broad lines');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
  });

  it('shows the Home tab, threads, and cards in them', async () => {
    await page.locator('[data-pane=home]').click();
    await page.getByText('Your labels').waitFor();
    await page.getByRole('navigation').getByRole('button', { name: '# finkvra' }).click();
    const root = sandbox.messages()[0]?.ts ?? '';
    await app.client.chat.postMessage({
      channel: sandbox.channel,
      thread_ts: root,
      text: 'the *hardest* case',
    });
    await page.getByRole('button', { name: '1 reply' }).click();
    const thread = page.getByRole('complementary', { name: 'Thread' });
    await thread.getByText('hardest').waitFor();
    await thread.locator('textarea').fill('a < b & c');
    await page.keyboard.press('Enter');
    await thread.getByText('a < b & c').waitFor();
    expect(sandbox.messages().at(-1)).toMatchObject({ text: 'a &lt; b &amp; c', thread_ts: root });
    // A card in a thread is reached by keyboard too.
    await app.client.chat.postMessage({
      channel: sandbox.channel,
      thread_ts: root,
      text: 'ZTF20ddd',
      blocks: labellingCard('ZTF20ddd', pictureId),
    });
    await thread.getByText('ZTF20ddd').first().waitFor();
    await thread.getByRole('button', { name: 'Close thread' }).click();
    for (const _ of [...names, 'ZTF20ddd']) await page.keyboard.press('j');
    await thread.locator('.focused', { hasText: 'ZTF20ddd' }).waitFor();
    await page.keyboard.press('n');
    await thread.getByText('not_galactic').waitFor();
  });

  it('answers the rest of the round at one press', async () => {
    await button('ZTF20bbb', 'skip').click();
    await page.locator('[data-answer-rest]').click();
    await card('ZTF20ccc').getByText('says @').waitFor();
    await card('ZTF20aaa').getByText('says @').waitFor();
    await page.locator('[data-answer-rest]').waitFor({ state: 'detached' });
    expect(await card('ZTF20bbb').innerText()).toContain('skip');
  });

  it('injects faults, shows the traffic without tokens, and warns when the app is gone', async () => {
    await page.locator('.developer-button').click();
    const panel = page.getByRole('complementary', { name: 'Traffic and faults' });
    await panel.locator('.traffic summary', { hasText: 'chat.postMessage' }).first().click();
    expect(await panel.innerText()).not.toContain(sandbox.botToken);
    await panel.getByRole('button', { name: 'Duplicate next event' }).click();
    await panel.getByText('1 duplicate to come').waitFor();
    await keep('traffic');
    await panel.getByRole('button', { name: 'Clear' }).click();
    await panel.getByRole('button', { name: 'Drop all connections' }).click();
    await page.getByText('app not connected').waitFor();
    await button('ZTF20aaa', 'galactic').click();
    await card('ZTF20aaa').getByText('The app is not connected.').waitFor();
  });

  it('says that the sandbox is gone, and finds it again', async () => {
    const { port } = new URL(sandbox.url);
    await stopApp();
    await sandbox.stop();
    await page.getByText('The connection to the sandbox is lost.').waitFor();
    await page.getByText('app not connected').waitFor();
    expect(await page.locator('.presence.on').count()).toBe(0);
    sandbox = await startRoomySandbox({ port: Number(port) });
    await page.getByText('The connection to the sandbox is lost.').waitFor({ state: 'detached' });
    await page.getByText('Nothing here yet.').waitFor();
    ({ app, stop: stopApp } = await startBoltApp(sandbox, () => undefined));
    await app.client.chat.postMessage({ channel: sandbox.channel, text: 'here again' });
    await page.getByText('here again').waitFor();
    await page.getByText('app connected').waitFor();
  });

  it('fits a phone, light and dark, with nothing cut off at the side', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const phone = await open({
        viewport: { width: 360, height: 740 },
        hasTouch: true,
        isMobile: true,
        colorScheme,
      });
      const widths = await phone.evaluate(() => [
        document.documentElement.scrollWidth,
        document.querySelector('.message-list')?.scrollWidth,
      ]);
      expect(widths).toEqual([360, 360]);
      await phone.locator('[data-action-id=answer_galactic]').first().tap();
      await phone.getByText('says @Vera Rubin').first().waitFor();
      await phone.locator('[data-action-id=undo_answer]').first().tap();
      await keep(`phone-${colorScheme}`, phone);
      await phone.locator('.menu-button').tap();
      await phone.locator('[data-pane=home]').tap();
      await phone.getByText('Your labels').waitFor();
      await phone.close();
    }
  });
});
