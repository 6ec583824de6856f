import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { connectToSandbox } from 'slack-sandbox/client';
import { expect, onTestFinished, test } from 'vitest';
import { eventually, startService, temporaryFolder } from '../helpers/service.ts';

const root = join(import.meta.dirname, '..', '..');
/** `UPDATE_SCREENSHOTS=1` renews the picture that the README shows; CI leaves it and keeps its own. */
const pictures = process.env.UPDATE_SCREENSHOTS === '1' ? join(root, 'docs') : join(root, 'artifacts');

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Which parts of the card in focus do not lie wholly within the list of messages; all, if none is in focus. */
const hiddenParts = (): string[] => {
  const card = document.querySelector('.message.focused');
  const view = card?.closest('.message-list')?.getBoundingClientRect();
  const parts = { facts: '.blocks > :first-child', picture: 'img[alt]', buttons: '.actions' };
  return Object.entries(parts).flatMap(([name, selector]) => {
    const part = card?.querySelector(selector)?.getBoundingClientRect();
    const inView =
      part !== undefined &&
      view !== undefined &&
      part.height > 0 &&
      part.top >= view.top - 1 &&
      part.bottom <= view.bottom + 1;
    return inView ? [] : [name];
  });
};

/** In how many lines a card's buttons stand. */
const rowsOfButtons = (card: Element): number =>
  new Set(
    [...card.querySelectorAll('.actions .button')].map((button) =>
      Math.round(button.getBoundingClientRect().top),
    ),
  ).size;

test('with nothing configured, somebody opens the page, labels a candidate and sees the whole loop', async () => {
  const folder = temporaryFolder();
  const service = startService({ DATA_DIR: folder.path, SANDBOX_PORT: '0' });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: FLAGS,
  });
  // Not a finally: a test that ran out of time never gets there.
  onTestFinished(async () => {
    await browser.close();
    await service.stop();
    folder.remove();
  });
  const url = await eventually('link', () => service.log().match(/http:\/\/127\.0\.0\.1:\d+/)?.[0]);
  const sandbox = connectToSandbox(url);
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  await page.goto(url);
  await page.getByText('Round 1: 30 candidates to label').waitFor();
  await page.locator('[data-action-id="answer_galactic"]').nth(29).waitFor();

  // What a card says, its picture and its buttons, in view together after a key, on a laptop; on a phone
  // the picture and the buttons.
  for (const [width, height] of [
    [1280, 800],
    [1440, 900],
    [1536, 864],
    [390, 844],
  ] as const) {
    await page.setViewportSize({ width, height });
    for (let press = 0; press < 5; press += 1) {
      await page.keyboard.press('j');
      const parts = width < 500 ? ['picture', 'buttons'] : ['facts', 'picture', 'buttons'];
      await eventually(`${parts} in view at ${width}x${height}, card ${press + 1}`, async () => {
        const hidden = await page.evaluate(hiddenParts);
        return parts.every((part) => !hidden.includes(part));
      });
    }
    // The whole picture, 4:3, no higher than leaves room for the rest.
    const box = await page.locator('.message.focused img[alt^="Stamps"]').boundingBox();
    expect(box?.height).toBeLessThanOrEqual(400);
    expect((box?.width ?? 0) / (box?.height ?? 1)).toBeCloseTo(4 / 3, 1);
    // All buttons side by side, on a phone too: none has a line to itself.
    expect(await page.locator('.message.focused').first().evaluate(rowsOfButtons)).toBe(1);
  }
  await page.setViewportSize({ width: 1280, height: 1000 });

  // The first open card, by mouse.
  await page.locator('[data-action-id="answer_galactic"]').first().click();
  await page.getByText('1 of 30 labelled').waitFor();
  await page
    .getByText(/Galactic – \w+/)
    .first()
    .waitFor();
  await expect(page.locator('[data-action-id="answer_galactic"]').count()).resolves.toBe(29);

  // The rest of this round and of the next one from the simulation's truth, then the status.
  for (const round of [1, 2]) {
    await page.getByRole('button', { name: /Answer the rest/ }).click();
    await page.getByText(`Round ${round} is closed`).waitFor();
    await page.getByText(`Round ${round + 1}: 10 candidates to label`).waitFor();
    await eventually(
      'whole round',
      async () =>
        (await sandbox.messages()).filter((message) => message.blocks.some(({ type }) => type === 'actions'))
          .length >= 10,
    );
  }
  await page.getByPlaceholder(/finkvra status/).fill('/finkvra status');
  await page.keyboard.press('Enter');
  await page.getByText('Round 3: 0 of 10 labelled').waitFor();

  // A card that waits, with its picture, as the README shows it.
  mkdirSync(pictures, { recursive: true });
  const open = page.locator('.message:has([data-action-id="answer_galactic"])').nth(1);
  for (const [width, height, name] of [
    [1280, 1000, 'sandbox.png'],
    [390, 844, 'sandbox-phone.png'],
  ] as const) {
    await page.setViewportSize({ width, height });
    await open.evaluate((card) => card.scrollIntoView({ block: 'end' }));
    await page.screenshot({ path: join(pictures, name) });
  }

  // The app's Home tab, open on one screen while somebody answers on another.
  await page.setViewportSize({ width: 1280, height: 1000 });
  await page.locator('[data-pane="home"]').click();
  await page.getByText('0 of 10 labelled').waitFor();
  const card = (await sandbox.messages()).find(
    ({ metadata }) => metadata?.event_payload.kind === 'card' && metadata.event_payload.round === 3,
  );
  await sandbox.act.click({ user: 'U0CECILIA', ts: card?.ts ?? '', actionId: 'answer_galactic' });
  await page.getByText('1 of 10 labelled').waitFor();
}, 240_000); // Half a minute alone; its steps have limits of their own.
