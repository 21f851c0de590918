/** The playground before a server that writes to do harm. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { axe } from './support/axe.ts';
import { type Desk, startDesk } from './support/console.ts';
import { callTool, gave, pick, result, run } from './support/playground.ts';

const HOSTILE = join(import.meta.dirname, '../fixtures/server/hostile.ts');

let desk: Desk;
beforeAll(async () => {
  desk = await startDesk({ servers: { hostile: { command: process.execPath, args: [HOSTILE] } } });
});

/** Nothing ran, nothing was made of it, nothing unseen is left, and nothing was asked of anybody else (see support). */
async function isHarmless(page: Page): Promise<void> {
  const found = await page.evaluate(() => {
    const all = [...document.querySelectorAll('body *')];
    const made = all.filter((element) => {
      const hasHandler = [...element.attributes].some(({ name }) => name.startsWith('on'));
      const leads = element.getAttribute('href') ?? element.getAttribute('src') ?? '';
      const isStrange = /^(IMG|IFRAME|STYLE|OBJECT|EMBED|LINK|BASE|META|FORM)$/i.test(element.tagName);
      const isOurs =
        element instanceof HTMLFormElement || (element.tagName === 'SCRIPT' && leads.startsWith('./'));
      return hasHandler || /^\s*(javascript|data|blob):/i.test(leads) || (isStrange && !isOurs);
    });
    const scripts = document.querySelectorAll('body script:not([src^="./"])').length;
    const text = document.body.innerText;
    const unseen = /[\u0000-\u0008\u001b\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|\u{e0041}/u.exec(
      text,
    )?.[0];
    const isPwned = (globalThis as unknown as { pwned?: number }).pwned !== undefined;
    return { made: made.map(({ outerHTML }) => outerHTML.slice(0, 100)), scripts, isPwned, unseen };
  });
  expect(found).toEqual({ made: [], scripts: 0, isPwned: false, unseen: undefined });
}

it('[PLAY-HOSTILE] [PLAY-HINTS] in lists, forms, results, questions, prompts, resources, errors and the history', async () => {
  const { page } = await desk.open('#/playground/hostile', { width: 1600 });
  await pick(page, /^say/);
  await isHarmless(page);
  await run(page);
  await result(page)
    .getByText('This picture cannot be drawn.')
    .or(page.getByRole('img', { name: /Picture/ }))
    .first()
    .waitFor();
  await result(page).getByText('This sound cannot be decoded').waitFor();
  await result(page).getByText('1 line of the server').click();
  await isHarmless(page);
  await page.getByRole('tab', { name: 'Raw JSON' }).click();
  await page.getByText('Definition').click();
  await isHarmless(page);

  // A form of it; and what may destroy asks before it runs.
  await pick(page, /^<img.*destroys$/);
  await page.getByRole('list', { name: 'What the server says of it' }).getByText('may destroy').waitFor();
  await page.getByRole('button', { name: 'Add', exact: true }).first().click();
  await run(page);
  await page.getByText('Must be filled in.').first().waitFor();
  await isHarmless(page);
  await axe(page);
  await page
    .getByRole('region', { name: 'What is run' })
    .locator('select')
    .first()
    .selectOption({ index: 1 });
  await run(page);
  await page.getByRole('dialog').getByText('may delete or overwrite things').waitFor();
  await isHarmless(page);
  await page.getByRole('button', { name: 'Run it' }).click();
  await result(page).getByText('done', { exact: true }).waitFor();

  const question = page.getByRole('group', { name: 'A question of a server' });
  await pick(page, /^ask/);
  await run(page);
  await question.getByRole('button', { name: 'Accept' }).waitFor();
  await isHarmless(page);
  await question.getByRole('button', { name: 'Decline' }).click();
  await question.getByLabel('Your answer, as the model').waitFor();
  await isHarmless(page);
  await question.getByRole('button', { name: 'Decline' }).click();
  await pick(page, /^visit/);
  await run(page);
  await question.getByText('This is no address of the web').waitFor();
  await isHarmless(page);
  await question.getByRole('button', { name: 'Cancel' }).click();

  for (const [name, verb, shown] of [
    [/^fail/, 'Run', 'The tool says that it failed.'],
    [/^refuse/, 'Run', 'This is no address of the web'],
    [/^prompt/, 'Get', 'assistant'],
    [/^resource/, 'Read', 'javascript:window.pwned=1'],
    [/^template/, 'Read', 'javascript:window.pwned=1'],
  ] as const) {
    await pick(page, name);
    await page.getByRole('button', { name: verb, exact: true }).click();
    await page.getByText(shown).first().waitFor();
    await isHarmless(page);
  }
  await page
    .getByRole('checkbox', { name: /^Compare/ })
    .nth(0)
    .check();
  await page
    .getByRole('checkbox', { name: /^Compare/ })
    .nth(2)
    .check();
  await page.getByRole('button', { name: 'Compare two' }).click();
  await page
    .getByRole('dialog')
    .getByText(/different lines?/)
    .first()
    .waitFor();
  await isHarmless(page);
});

it('[TORN-NAMELESS] [TORN-DIGITS] [PLAY-AXE] a tool without a name is run, a rounded number is told', async () => {
  const { page } = await desk.open('#/playground/hostile');
  await pick(page, 'no name');
  await run(page);
  await gave(page, 'has no name');
  await pick(page, 'digits');
  await run(page);
  await result(page).getByText('A number here is too large for a page').waitFor();
  await axe(page);
});

it('[PLAY-SCHEMAS] [PLAY-HOSTILE] broken schemas and 10 MB leave the page usable', async () => {
  const { page } = await desk.open('#/playground/hostile');
  for (const [name, why] of [
    ['schema_cycle', 'refers to itself in a circle'],
    ['schema_remote', 'which is not fetched'],
    ['schema_missing', 'a part that is not there'],
    ['schema_500', 'its schema has 500 fields'],
    ['schema_type', 'a type that there is not'],
    ['schema_proto', 'names `__proto__`'],
  ] as const) {
    await pick(page, name);
    await page.getByText(why).waitFor();
  }
  await callTool(page, 'schema_type', { a: 'as it is' });
  await gave(page, 'as it is');

  await pick(page, 'schema_500');
  await page.getByRole('button', { name: 'Back to the form' }).click();
  await page.getByLabel('field_499').fill('the last');
  await page.getByLabel('field_499').press('Control+Enter');
  await gave(page, 'the last');

  await pick(page, 'schema_tree');
  await page.getByRole('group', { name: 'tree' }).getByLabel('name').first().fill('root');
  await page.getByRole('button', { name: 'Go deeper' }).first().click();
  await pick(page, 'schema_odd');
  await page.getByLabel('a.b/c').fill('dotted');
  await run(page);
  await gave(page, 'dotted');
  await axe(page);

  await pick(page, 'large');
  await run(page);
  await result(page)
    .getByRole('button', { name: /Show more \(10\.0 MB left\)/ })
    .click();
  const length = await page.evaluate(() => document.body.innerText.length);
  expect(length).toBeLessThan(200_000);
  await isHarmless(page);
});
