/** The playground, used as a person would, against real servers. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { axe, fits } from './support/axe.ts';
import { type Desk, startDesk } from './support/console.ts';
import { callTool, fieldOf, gave, pick, result, run, runs } from './support/playground.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await startDesk();
});

const open = async (server: string, options = {}): Promise<Page> =>
  (await desk.open(`#/playground/${server}`, options)).page;

/** Runs in the page: whether a run that is pinned is in what the browser keeps. */
async function keepsPinned(): Promise<boolean> {
  const answer = <Value>(request: IDBRequest<Value>) =>
    new Promise<Value>((resolve) => request.addEventListener('success', () => resolve(request.result)));
  const database = await answer(indexedDB.open('sluice-playground'));
  const runs = await answer(database.transaction('runs').objectStore('runs').getAll());
  database.close();
  return runs.some(({ isPinned }: { isPinned: boolean }) => isPinned);
}

describe('a run', () => {
  it('[PLAY-FORM] [PLAY-RAW] [PLAY-HISTORY] by a form or raw JSON, faults beside fields, run again, pinned, compared, forgotten', async () => {
    const page = await open('everything');
    await pick(page, 'Get Sum Tool');
    await run(page);
    await expect.poll(() => fieldOf(page, 'a').getAttribute('aria-invalid')).toBe('true');
    await page.getByText('2 fields need other values.').waitFor();
    await fieldOf(page, 'a').fill('20');
    await fieldOf(page, 'b').fill('22');
    await run(page);
    await gave(page, '42');

    await page.getByRole('button', { name: 'Write raw JSON' }).click();
    const raw = page.getByLabel('Arguments as JSON');
    expect(JSON.parse(await raw.inputValue())).toEqual({ a: 20, b: 22 });
    await raw.fill('{ "a": 1, ');
    await run(page);
    await page.getByText('This is not JSON').waitFor();
    await raw.fill('{ "a": 1, "b": 2 }');
    await page.getByRole('button', { name: 'Back to the form' }).click();
    await expect.poll(() => fieldOf(page, 'b').inputValue()).toBe('2');
    await fieldOf(page, 'a').press('Control+Enter');
    await gave(page, 'is 3');

    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('button', { name: 'Run again' }).click();
    await runs(page).nth(2).waitFor();
    await runs(page).nth(0).getByRole('checkbox').check();
    await runs(page).nth(2).getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Compare two' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('2 different lines').waitFor();
    await axe(page);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Pin Get Sum Tool' }).nth(1).click();
    await page.waitForFunction(keepsPinned);
    await page.reload();
    await runs(page).nth(2).waitFor();
    await expect
      .poll(() => page.getByRole('button', { name: 'Pin Get Sum Tool', pressed: true }).count())
      .toBe(1);
    await runs(page)
      .nth(0)
      .getByRole('button', { name: /is|Get Sum Tool done/ })
      .click();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('button', { name: 'Forget them' }).click();
    await page.getByText('What you run is kept here').waitFor();
  });

  it('[PLAY-PROGRESS] [PLAY-CANCEL] shows its progress and lines, and is cancelled at the server, while others run', async () => {
    const page = await open('fixture');
    await callTool(page, 'progress', { steps: 200, delayMs: 50 });
    const bar = page.getByRole('progressbar');
    await page.waitForFunction(
      () => Number(document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow') ?? 0) >= 1,
    );
    await page.getByText(/\d+ of 200 \(\d+ %\)/).waitFor();
    await callTool(page, 'test_tool_with_logging', {});
    await page.getByText('3 lines of the server').waitFor();
    await runs(page)
      .filter({ hasText: 'running' })
      .getByRole('button', { name: /^progress/ })
      .click();
    await bar.waitFor();
    await page.getByRole('button', { name: 'Cancel the run' }).click();
    await result(page).getByText('cancelled', { exact: true }).waitFor();
    await callTool(page, 'cancelled_count', {});
    await gave(page, /count: ?1/);
  });

  it('[PLAY-ROOM] as many run at once as leave room to cancel one', async () => {
    const page = await open('fixture');
    for (let more = 0; more < 4; more++) await callTool(page, 'progress', { steps: 600, delayMs: 50 });
    await page.getByText('3 things run already').first().waitFor();
    await page.getByRole('button', { name: 'Cancel the run' }).click();
    await result(page).getByText('cancelled', { exact: true }).waitFor();
    await callTool(page, 'cancelled_count', {});
    await gave(page, /count: ?1/);
  });

  it('[PLAY-RESULTS] [PLAY-ERRORS] pictures, sounds, resources, tables, trees, and errors with what to do', async () => {
    const page = await open('fixture');
    await callTool(page, 'test_image_content');
    await page.getByRole('img', { name: 'Picture, image/png, 1 × 1' }).waitFor();
    await callTool(page, 'test_audio_content');
    const sound = page.getByRole('group', { name: 'Sound, audio/wav' });
    await sound.getByRole('button', { name: 'Play' }).click();
    await sound.getByRole('slider', { name: 'Position' }).waitFor();
    await callTool(page, 'test_multiple_content_types');
    await gave(page, 'Multiple content types test:');
    await callTool(page, 'error', { message: 'Out of order.' });
    await page.getByText('The tool says that it failed.').waitFor();
    await callTool(page, 'add', { a: 'x' });
    await result(page)
      .getByText('Look at the arguments')
      .or(page.getByText('The tool says that it failed.'))
      .first()
      .waitFor();
    await pick(page, /static-text/);
    await page.getByRole('button', { name: 'Read', exact: true }).click();
    await gave(page, 'This is the content of the static text resource.');

    await page.getByRole('combobox', { name: 'Server' }).selectOption('aare');
    await pick(page, /list_cities|cities/i);
    await run(page);
    await page.getByRole('tab', { name: 'Table' }).waitFor();
    await result(page).getByRole('columnheader').first().waitFor();
    await page.getByRole('tab', { name: 'Tree' }).click();
    await result(page)
      .getByText(/\[ \d+ items \]/)
      .first()
      .waitFor();
    await page.getByRole('tab', { name: 'Raw JSON' }).click();
    await gave(page, '"structuredContent"');
    await axe(page);
  });

  it('[PLAY-ASKED] what the server asks is answered in the page, one after the other', async () => {
    const page = await open('fixture');
    await callTool(page, 'ask_together');
    const question = page.getByRole('group', { name: 'A question of a server' });
    const isSampling = question.getByText('asks for a message');
    for (const left of ['1 of 2', undefined]) {
      if (left) await question.getByText(left).waitFor();
      else await question.getByText('1 of 2').waitFor({ state: 'detached' });
      if (left) await axe(page);
      if (await isSampling.isVisible()) {
        await question.getByLabel('Your answer, as the model').fill('Hello there.');
        await question.getByRole('button', { name: 'Send the answer' }).click();
      } else {
        await question.getByRole('button', { name: 'Accept' }).click();
        await question.getByText('Must be filled in.').waitFor();
        await question.getByLabel(/name/).fill('Ada');
        await question.getByRole('button', { name: 'Accept' }).click();
      }
    }
    await gave(page, 'Ada');
    await gave(page, 'Hello there.');
    await callTool(page, 'ask_sampling');
    await question.getByRole('button', { name: 'Decline' }).click();
    await gave(page, 'declined the sampling');
    await callTool(page, 'ask_elicitation_url');
    await question.getByRole('link', { name: 'Open example.com in a new window' }).waitFor();
    await question.getByRole('button', { name: 'Cancel' }).click();
    await gave(page, 'cancel');
  });

  it('[PLAY-PROMPTS] prompts are completed and got, templates filled in', async () => {
    const page = await open('fixture');
    await pick(page, 'test_prompt_with_arguments');
    await page.getByRole('button', { name: 'Get', exact: true }).click();
    await page.getByText('Must be filled in.').first().waitFor();
    await fieldOf(page, 'arg1').fill('par');
    await page.getByRole('option', { name: 'paris' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => fieldOf(page, 'arg1').inputValue()).toBe('paris');
    await fieldOf(page, 'arg2').fill('x');
    await page.keyboard.press('Control+Enter');
    await gave(page, "arg1='paris', arg2='x'");
    await pick(page, 'template');
    await fieldOf(page, 'id').fill('7');
    await page.getByRole('button', { name: 'Read', exact: true }).click();
    await gave(page, 'Data for ID: 7');
  });
});

it.each([
  { width: 360, height: 740, colorScheme: 'dark' },
  { width: 1400, height: 900, colorScheme: 'light' },
] as const)('[PLAY-AXE] [PLAY-KEYBOARD] by keyboard alone at $width px, $colorScheme', async (options) => {
  const page = await open('everything', options);
  await page.getByRole('link', { name: 'Echo Tool' }).waitFor();
  await fits(page);
  await page.keyboard.press('/');
  await page.keyboard.type('echo');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const message = fieldOf(page, 'message');
  await message.waitFor();
  await fits(page);
  for (
    let step = 0;
    step < 40 && !(await message.evaluate((field) => field === document.activeElement));
    step++
  ) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.type('by keyboard');
  await page.keyboard.press('Control+Enter');
  await gave(page, 'Echo: by keyboard');
  if (options.width > 1_000) await runsFromTheList(page);
  await fits(page);
  await axe(page);
});

/** A browser would open a tab. On a phone there is no list beside what is run. */
async function runsFromTheList(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Echo Tool' }).focus();
  await page.keyboard.press('Control+Enter');
  await runs(page).nth(1).waitFor();
  expect(page.context().pages()).toHaveLength(1);
}
